/**
 * What is used of CRI v1 (`runtime.v1`), as a protocol buffers file: messages with the fields that are read or written, by their numbers. Fields that are not
 * named here are skipped by the decoder.
 */
export const CRI_PROTO = `
syntax = "proto3";
package runtime.v1;

message Empty {}

message VersionRequest { string version = 1; }
message VersionResponse { string runtime_name = 2; string runtime_version = 3; }
message StatusRequest { bool verbose = 1; }
message StatusResponse { map<string, string> info = 2; }

message ImageSpec { string image = 1; string user_specified_image = 18; }
message Image {
  string id = 1;
  repeated string repo_tags = 2;
  repeated string repo_digests = 3;
  uint64 size = 4;
  bool pinned = 8;
}
message ListImagesResponse { repeated Image images = 1; }
message ImageRequest { ImageSpec image = 1; }
message ImageStatusResponse { Image image = 1; }

message FilesystemIdentifier { string mountpoint = 1; }
message UInt64Value { uint64 value = 1; }
message FilesystemUsage { FilesystemIdentifier fs_id = 2; UInt64Value used_bytes = 3; }
message ImageFsInfoResponse {
  repeated FilesystemUsage image_filesystems = 1;
  repeated FilesystemUsage container_filesystems = 2;
}

message ContainerMetadata { string name = 1; uint32 attempt = 2; }
message Container {
  string id = 1;
  string pod_sandbox_id = 2;
  ContainerMetadata metadata = 3;
  ImageSpec image = 4;
  string image_ref = 5;
  int32 state = 6;
  int64 created_at = 7;
  map<string, string> labels = 8;
  string image_id = 10;
}
message ContainerFilter { string id = 1; }
message ListContainersRequest { ContainerFilter filter = 1; }
message ListContainersResponse { repeated Container containers = 1; }

message Mount { ImageSpec image = 9; }
message ContainerStatus {
  int32 state = 3;
  int64 finished_at = 6;
  int32 exit_code = 7;
  repeated Mount mounts = 14;
  string log_path = 15;
}
message ContainerRequest { string container_id = 1; }
message ContainerStatusResponse { ContainerStatus status = 1; }

message PodSandboxMetadata { string name = 1; string uid = 2; string namespace = 3; uint32 attempt = 4; }
message PodSandbox {
  string id = 1;
  PodSandboxMetadata metadata = 2;
  int32 state = 3;
  int64 created_at = 4;
  map<string, string> labels = 5;
}
message ListPodSandboxResponse { repeated PodSandbox items = 1; }
message PodSandboxRequest { string pod_sandbox_id = 1; }

message ContainerEventResponse {
  string container_id = 1;
  int32 container_event_type = 2;
  int64 created_at = 3;
}
`;
