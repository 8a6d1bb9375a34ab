import {
    Many2ManyBinaryField,
    many2ManyBinaryField,
} from "@web/views/fields/many2many_binary/many2many_binary_field";
import { FileModel } from "@web/core/file_viewer/file_model";
import { registry } from "@web/core/registry";
import { useFileViewer } from "@web/core/file_viewer/file_viewer_hook";

/**
 * Photos as pictures, taken with the phone's camera (PRO 008 §5.3.3).
 *
 * Core has ``many2many_binary``, which lists files with their names; on a phone one wants
 * to see the photos, and to look at one without downloading it. The upload is core's.
 */
export class PhotosField extends Many2ManyBinaryField {
    static template = "airbag_client_mgmt.PhotosField";

    setup() {
        super.setup();
        this.viewer = useFileViewer();
    }

    /**
     * Save at once: a photo is not lost with the page, and one that the server refuses
     * is refused while the technician still stands at the vehicle.
     *
     * @override
     */
    async onFileUploaded(files) {
        await super.onFileUploaded(files);
        try {
            await this.props.record.save();
        } catch (error) {
            const added = files.map((file) => file.id);
            for (const photo of [...this.photos]) {
                if (added.includes(photo.resId)) {
                    await this.operations.removeRecord(photo);
                }
            }
            throw error;
        }
    }

    get photos() {
        return this.props.record.data[this.props.name].records;
    }

    onPhotoClick(id) {
        const photos = this.files.map((file) => Object.assign(new FileModel(), file));
        this.viewer.open(
            photos.find((photo) => photo.id === id),
            photos
        );
    }
}

registry.category("fields").add("airbag_photos", {
    ...many2ManyBinaryField,
    component: PhotosField,
});
