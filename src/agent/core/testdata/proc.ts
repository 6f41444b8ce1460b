/** Captured on a virtual machine with two processors (x86, Linux 6.18), shortened. */
export const X86_CPUINFO = `processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
model\t\t: 17
model name\t: AMD EPYC
stepping\t: 1
cpu MHz\t\t: 2596.098
cache size\t: 1024 KB
physical id\t: 0
core id\t\t: 0

processor\t: 1
vendor_id\t: AuthenticAMD
cpu family\t: 25
model name\t: AMD EPYC
cpu MHz\t\t: 2596.132
physical id\t: 0
core id\t\t: 1
`;

/** As 64-bit ARM kernels write it. */
export const ARM_CPUINFO = `processor\t: 0
BogoMIPS\t: 243.75
Features\t: fp asimd evtstrm aes
CPU implementer\t: 0x41
CPU architecture: 8
CPU part\t: 0xd0c

processor\t: 1
BogoMIPS\t: 243.75
CPU implementer\t: 0x41
CPU architecture: 8
CPU part\t: 0xd0c
`;

export const MEMINFO = `MemTotal:       24684084 kB
MemFree:        15073240 kB
MemAvailable:   21209608 kB
SwapCached:            0 kB
SwapTotal:             0 kB
SwapFree:              0 kB
HugePages_Total:       0
Hugepagesize:       2048 kB
`;

export const NODE_MEMINFO = `
Node 0 MemTotal:       24684084 kB
Node 0 MemFree:        14950220 kB
`;

/** The first lines are captured; after them a bind mount before its root, a name with a blank, an image, ZFS and a line that is cut. */
export const MOUNTINFO = `22 27 0:21 / /proc rw,relatime - proc proc rw
24 27 0:6 / /dev rw,relatime - devtmpfs devtmpfs rw,size=12334460k,nr_inodes=3083615,mode=755
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
50 27 254:0 /var/lib/kubelet /var/lib/kubelet rw,relatime shared:3 master:1 - ext4 /dev/vda rw,discard
51 27 253:1 /pods /bound rw,relatime shared:4 - xfs /dev/mapper/data-images rw
52 27 253:1 / /var/lib/my\\040containers rw,relatime shared:5 - xfs /dev/mapper/data-images rw
53 27 7:1 / /snap/core/1 ro,nodev - squashfs /dev/loop1 ro
54 27 0:60 / /tank rw,noatime shared:9 - zfs tank/pods rw
55 27 0:61 / /var/lib/containerd/rootfs rw - overlay overlay rw
56 27 0:62 /
`;
