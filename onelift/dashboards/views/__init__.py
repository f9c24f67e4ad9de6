"""The pages that read several floors."""
