"""What an upload may be, before anything of it is kept."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from stakeholders.importing.files import MAX_FILE_BYTES


class LimitUploadHandler(FileUploadHandler):
    """Ends the taking of a file that is larger than any that we read.

    What is still to come is taken from the connection and thrown away, so that the browser shows
    our answer; what has come is deleted by the handlers that hold it.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.taken = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Count each file for itself."""
        super().new_file(*args, **kwargs)
        self.taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the bytes on to where they are held, until there are too many.

        Raises:
            StopUpload: the file is too large.

        """
        self.taken += len(raw_data)
        if self.taken > MAX_FILE_BYTES:
            self.request.is_upload_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Hold nothing."""
