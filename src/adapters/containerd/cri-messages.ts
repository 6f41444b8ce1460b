/** The messages of cri-proto.ts as they are decoded: every field is there (with proto3's zero), 64-bit numbers are decimal text. */
export interface CriImageSpec {
  readonly image: string;
  readonly userSpecifiedImage: string;
}

export interface CriImage {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly size: string;
  readonly pinned: boolean;
}

export interface CriFileSystemUsage {
  readonly fsId: { readonly mountpoint: string } | null;
  readonly usedBytes: { readonly value: string } | null;
}

export interface CriContainer {
  readonly id: string;
  readonly podSandboxId: string;
  readonly metadata: { readonly name: string; readonly attempt: number } | null;
  readonly image: CriImageSpec | null;
  readonly imageRef: string;
  /** 0 created, 1 running, 2 exited, 3 unknown */
  readonly state: number;
  /** Nanoseconds of the epoch. */
  readonly createdAt: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly imageId: string;
}

export interface CriContainerStatus {
  readonly state: number;
  /** Nanoseconds of the epoch; 0: has not ended. */
  readonly finishedAt: string;
  readonly exitCode: number;
  readonly mounts: readonly { readonly image: CriImageSpec | null }[];
  readonly logPath: string;
}

export interface CriSandbox {
  readonly id: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly namespace: string;
    readonly attempt: number;
  } | null;
  /** 0 ready, 1 not ready */
  readonly state: number;
  readonly createdAt: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface CriEvent {
  readonly containerId: string;
  /** 0 created, 1 started, 2 stopped, 3 deleted */
  readonly containerEventType: number;
  readonly createdAt: string;
}
