/** Characters that the title of an issue may have. */
export const MAX_TITLE_LENGTH = 256
/** Characters that the text of an issue or a comment may have. */
export const MAX_BODY_LENGTH = 65_536
