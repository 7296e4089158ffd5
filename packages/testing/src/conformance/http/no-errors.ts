/** What can be thrown and is no error: frameworks take some of it for success, or for a way around what follows. */
export const NO_ERRORS = [undefined, null, '', 'route', 'router', 0, false] as const
