/** Where a stack comes from: the program itself, a folder of `STACKS_DIR`, or elsewhere, fetched by its digest. */
export type StackOrigin =
  | { readonly from: 'quartermaster' }
  | { readonly from: 'folder' }
  | {
      readonly from: 'fetched';
      /** As it was asked for. */
      readonly source: string;
      /** `sha256:...` of the archive, or of the manifest of an OCI artifact. */
      readonly digest: string;
      readonly addedBy: string;
      readonly addedAtMs: number;
    };
