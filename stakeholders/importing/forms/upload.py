"""What an upload may be, before anything of it is kept."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from stakeholders.importing.reading.files import MAX_FILE_BYTES


class LimitUploadHandler(FileUploadHandler):
    """Ends the taking of files that together are larger than any that we read.

    What is still to come is taken from the connection and thrown away piece by piece, so that the
    browser shows our answer; what has come is deleted by the handlers that hold it. Not by
    ``StopUpload``: after it Django reads on line by line, and a line may be as long as the file.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the bytes on to where they are held, until there are too many.

        Raises:
            SkipFile: there are too many.

        """
        self.taken += len(raw_data)
        if self.taken > MAX_FILE_BYTES:
            self.request.is_upload_too_large = True  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Hold nothing."""
