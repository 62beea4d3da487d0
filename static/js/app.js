// The page's own behaviour. Everything here adds to pages that work without it.
export {};
