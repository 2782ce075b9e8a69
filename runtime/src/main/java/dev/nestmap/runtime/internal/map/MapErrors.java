/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static dev.nestmap.runtime.internal.map.MapOperation.CREATE;
import static dev.nestmap.runtime.internal.map.MapOperation.DELETE;
import static dev.nestmap.runtime.internal.map.MapOperation.ITERATE;
import static dev.nestmap.runtime.internal.map.MapOperation.LOOKUP;
import static dev.nestmap.runtime.internal.map.MapOperation.MAP;
import static dev.nestmap.runtime.internal.map.MapOperation.TAKE;
import static dev.nestmap.runtime.internal.map.MapOperation.UPDATE;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.PerfRecord;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Why the kernel refuses an operation on a map, and what to do about it: one row per reason. Tried on Linux 6.18. */
final class MapErrors {
    private static final Set<MapOperation> ANY_OPERATION = EnumSet.allOf(MapOperation.class);
    private static final Set<MapKind> ANY = EnumSet.allOf(MapKind.class);
    private static final Set<MapKind> ARRAYS = EnumSet.of(MapKind.ARRAY, MapKind.PERCPU_ARRAY);
    private static final Set<MapKind> INDEXED = EnumSet.of(
            MapKind.ARRAY,
            MapKind.PERCPU_ARRAY,
            MapKind.ARRAY_OF_MAPS,
            MapKind.DEVMAP,
            MapKind.CPUMAP,
            MapKind.XSKMAP,
            MapKind.SOCKMAP,
            MapKind.REUSEPORT_SOCKARRAY,
            MapKind.CGROUP_ARRAY,
            MapKind.PERF_EVENT_ARRAY,
            MapKind.PROG_ARRAY);
    private static final Set<MapKind> DEVICES = EnumSet.of(MapKind.DEVMAP, MapKind.DEVMAP_HASH);
    private static final Set<MapKind> DESCRIPTORS = EnumSet.of(
            MapKind.XSKMAP,
            MapKind.SOCKMAP,
            MapKind.SOCKHASH,
            MapKind.REUSEPORT_SOCKARRAY,
            MapKind.CGROUP_ARRAY,
            MapKind.PERF_EVENT_ARRAY,
            MapKind.PROG_ARRAY);
    private static final Set<MapKind> OUTERS = EnumSet.of(MapKind.ARRAY_OF_MAPS, MapKind.HASH_OF_MAPS);
    private static final Set<MapKind> ARRAY_OF_MAPS = EnumSet.of(MapKind.ARRAY_OF_MAPS);

    private static final Set<MapKind> QUEUES = EnumSet.of(MapKind.QUEUE, MapKind.STACK);
    private static final Set<MapKind> KEYLESS = EnumSet.of(MapKind.QUEUE, MapKind.STACK, MapKind.BLOOM_FILTER);
    private static final Set<MapKind> RINGS = EnumSet.of(MapKind.RINGBUF, MapKind.USER_RINGBUF);
    private static final Set<MapKind> STORAGES = MapKind.storages();
    private static final Set<MapKind> SOCKETS =
            EnumSet.of(MapKind.SOCKMAP, MapKind.SOCKHASH, MapKind.REUSEPORT_SOCKARRAY);
    private static final Set<MapKind> LRUS = EnumSet.of(MapKind.LRU_HASH, MapKind.LRU_PERCPU_HASH);
    private static final Set<MapKind> TRIES = EnumSet.of(MapKind.LPM_TRIE);
    private static final Set<MapKind> PERCPU =
            EnumSet.of(MapKind.PERCPU_HASH, MapKind.LRU_PERCPU_HASH, MapKind.PERCPU_ARRAY);

    private static final String FULL = "the map is full (max_entries is {max}): remove entries, or declare it larger";

    private static final Set<MapOperation> OF_ENTRIES = EnumSet.of(LOOKUP, UPDATE, DELETE);

    private static final String NO_OWNER =
            "the file descriptor stands for nothing that has entries in a {kind}, or is not open: pass"
                    + " a socket to an SK_STORAGE, any file to an INODE_STORAGE, a pidfd to a TASK_STORAGE and the directory of a control group"
                    + " of version 2 to a CGRP_STORAGE; or the map has been closed";

    private static final String MUST_EQUAL =
            "the inner map must equal the declared one in type, key size, value size and"
                    + " flags, an ARRAY in max_entries too, and in the fields that the kernel manages (bpf_spin_lock, bpf_timer, kptr),"
                    + " for which it needs the object's BTF, and for lists and trees of the same load: create it through this outer"
                    + " map's accessor";

    /** The first row that fits is the answer; {max}, {last} and {kind} stand for what the map has. */
    private static final List<Row> ROWS = List.of(
            new Row(
                    EnumSet.of(UPDATE),
                    EnumSet.of(MapKind.PROG_ARRAY),
                    ErrnoNumbers.EINVAL,
                    "it is no program, or one of another type: those of a program array are of the type of the first program"
                            + " that uses it or was put there"),
            new Row(
                    EnumSet.of(UPDATE),
                    DESCRIPTORS,
                    ErrnoNumbers.EBADF,
                    "the file descriptor is none that is open and that a {kind} holds; or the map has been closed"),
            new Row(
                    EnumSet.of(UPDATE),
                    DESCRIPTORS,
                    ErrnoNumbers.EINVAL,
                    "the file descriptor stands for nothing that a {kind} holds"),
            new Row(OF_ENTRIES, STORAGES, ErrnoNumbers.EBADF, NO_OWNER),
            new Row(OF_ENTRIES, STORAGES, ErrnoNumbers.EINVAL, NO_OWNER),
            new Row(OF_ENTRIES, STORAGES, ErrnoNumbers.ENOTSOCK, NO_OWNER),
            new Row(OF_ENTRIES, STORAGES, ErrnoNumbers.ENOENT, "the task that the pidfd stands for has ended"),
            new Row(
                    EnumSet.of(UPDATE),
                    DEVICES,
                    ErrnoNumbers.EINVAL,
                    "there is no network device with this index in the network namespace of the map's maker, or no such program"),
            new Row(EnumSet.of(UPDATE), EnumSet.of(MapKind.CPUMAP), ErrnoNumbers.ENODEV, "there is no such CPU"),
            new Row(
                    EnumSet.of(UPDATE, DELETE),
                    INDEXED,
                    ErrnoNumbers.E2BIG,
                    "the map has the indices 0 to {last} only"),
            new Row(EnumSet.of(UPDATE), ANY, ErrnoNumbers.E2BIG, FULL),
            new Row(
                    EnumSet.of(TAKE),
                    EnumSet.of(MapKind.PERF_EVENT_ARRAY),
                    ErrnoNumbers.E2BIG,
                    "a program wrote an event of more than " + PerfRecord.LONGEST_EVENT
                            + " bytes, which the kernel can't say the length of: write several, or use a ring buffer; it may have"
                            + " destroyed others in the buffer"),
            new Row(EnumSet.of(UPDATE), TRIES, ErrnoNumbers.ENOSPC, FULL),
            new Row(
                    EnumSet.of(UPDATE),
                    RINGS,
                    ErrnoNumbers.ENOSPC,
                    "there is no room in its {max} bytes: programs take messages out too slowly, or declare it larger"),
            new Row(
                    EnumSet.of(UPDATE, DELETE),
                    TRIES,
                    ErrnoNumbers.EINVAL,
                    "the prefix is longer than the bits that the key has"),
            new Row(
                    EnumSet.of(UPDATE),
                    ARRAYS,
                    ErrnoNumbers.EEXIST,
                    "every entry of an array is always there: write with UpdateMode.ANY"),
            new Row(EnumSet.of(UPDATE), ANY, ErrnoNumbers.EEXIST, "the key is there already, and the mode was NOEXIST"),
            new Row(EnumSet.of(UPDATE), ANY, ErrnoNumbers.ENOENT, "the key is not there, and the mode was EXIST"),
            new Row(
                    EnumSet.of(UPDATE),
                    ARRAY_OF_MAPS,
                    ErrnoNumbers.EINVAL,
                    "an ARRAY_OF_MAPS takes UpdateMode.ANY only; and " + MUST_EQUAL),
            new Row(EnumSet.of(UPDATE), OUTERS, ErrnoNumbers.EINVAL, MUST_EQUAL),
            new Row(EnumSet.of(UPDATE), OUTERS, ErrnoNumbers.EBADF, "the inner or the outer map has been closed"),
            new Row(
                    EnumSet.of(UPDATE),
                    ANY,
                    ErrnoNumbers.ENOMEM,
                    "the kernel has no memory for the entry: look at the memory limit of this process's control group"),
            new Row(
                    EnumSet.of(UPDATE),
                    EnumSet.of(MapKind.SOCKMAP, MapKind.SOCKHASH),
                    ErrnoNumbers.EBUSY,
                    "the socket is in another map of sockets that has such a program: remove it there first; or another operation"
                            + " held the entry's bucket on this CPU: try again"),
            new Row(
                    EnumSet.of(UPDATE, DELETE),
                    ANY,
                    ErrnoNumbers.EBUSY,
                    "another operation held the entry's bucket on this CPU: try again"),
            new Row(
                    EnumSet.of(UPDATE, DELETE),
                    ANY,
                    ErrnoNumbers.EPERM,
                    "the map is frozen, or was opened for reading only: write through a handle that may write"),
            new Row(
                    EnumSet.of(LOOKUP, ITERATE),
                    ANY,
                    ErrnoNumbers.EPERM,
                    "the map was opened for writing only: read through a handle that may read"),
            new Row(
                    EnumSet.of(LOOKUP, UPDATE, ITERATE),
                    EnumSet.of(MapKind.HASH, MapKind.ARRAY),
                    ErrnoNumbers.EINVAL,
                    "the record has a @SpinLock and the map has none: it was created without BTF, by which the kernel knows it"),
            new Row(
                    EnumSet.of(DELETE),
                    ARRAYS,
                    ErrnoNumbers.EINVAL,
                    "every entry of an array is always there: write zeros instead"),
            new Row(
                    EnumSet.of(DELETE),
                    EnumSet.of(MapKind.SOCKMAP),
                    ErrnoNumbers.EINVAL,
                    "there is no socket at this index"),
            new Row(
                    EnumSet.of(DELETE),
                    QUEUES,
                    ErrnoNumbers.EINVAL,
                    "an entry of a {kind} leaves by being popped, not by its key"),
            new Row(
                    EnumSet.of(ITERATE),
                    QUEUES,
                    ErrnoNumbers.EINVAL,
                    "a {kind} can't be gone through: pop its entries"),
            new Row(EnumSet.of(DELETE), ANY, ErrnoNumbers.ENOENT, "the key is not there"),
            new Row(
                    EnumSet.of(CREATE),
                    ANY,
                    ErrnoNumbers.EPERM,
                    "creating maps takes CAP_BPF (some types CAP_NET_ADMIN or CAP_SYS_ADMIN too): run as root or with"
                            + " those capabilities"),
            new Row(
                    EnumSet.of(CREATE),
                    ANY,
                    ErrnoNumbers.EMFILE,
                    "this process has as many files open as it may, and each map that it made is one: close or remove maps, or"
                            + " raise its limit (ulimit -n)"),
            new Row(
                    EnumSet.of(CREATE),
                    PERCPU,
                    ErrnoNumbers.E2BIG,
                    "a value of a {kind}, rounded up to 8 bytes, has 32768 at the most"),
            new Row(
                    EnumSet.of(CREATE),
                    EnumSet.of(MapKind.CPUMAP),
                    ErrnoNumbers.E2BIG,
                    "a CPUMAP has at most as many entries ({max} here) as this kernel was built for CPUs (CONFIG_NR_CPUS)"),
            new Row(
                    EnumSet.of(CREATE),
                    ANY,
                    ErrnoNumbers.E2BIG,
                    "key, value or max_entries are larger than the kernel lets a {kind} be"),
            new Row(
                    EnumSet.of(CREATE),
                    OUTERS,
                    ErrnoNumbers.ENOTSUPP,
                    "a map of this type can't be an inner map (on kernels before 6.2 neither one with a spin lock)"),
            new Row(EnumSet.of(CREATE), OUTERS, ErrnoNumbers.EBADF, "the prototype of the inner maps has been closed"),
            new Row(
                    EnumSet.of(CREATE),
                    EnumSet.of(MapKind.ARRAY_OF_MAPS),
                    ErrnoNumbers.EINVAL,
                    "an ARRAY_OF_MAPS has keys and values of 4 bytes, max_entries ({max}) of 1 or more, no flags but"
                            + " BPF_F_NUMA_NODE, BPF_F_RDONLY and BPF_F_WRONLY, and no map of maps as inner map"),
            new Row(
                    EnumSet.of(CREATE),
                    EnumSet.of(MapKind.HASH_OF_MAPS),
                    ErrnoNumbers.EINVAL,
                    "a HASH_OF_MAPS has keys of 1 byte or more, values of 4, max_entries ({max}) of 1 or more, not the flags"
                            + " BPF_F_MMAPABLE and BPF_F_INNER_MAP, and no map of maps as inner map"),
            new Row(
                    EnumSet.of(CREATE),
                    TRIES,
                    ErrnoNumbers.EINVAL,
                    "an LPM_TRIE has keys of 5 to 260 bytes, the prefix length first, max_entries ({max}) of 1 or more, and"
                            + " needs the flag BPF_F_NO_PREALLOC"),
            new Row(
                    EnumSet.of(CREATE),
                    RINGS,
                    ErrnoNumbers.EINVAL,
                    "a {kind} has no keys and values, and max_entries ({max}) is its size in bytes: a power of 2, whole pages"),
            new Row(
                    EnumSet.of(CREATE),
                    KEYLESS,
                    ErrnoNumbers.EINVAL,
                    "a {kind} has no keys, values of 1 byte or more, and max_entries ({max}) of 1 or more"),
            new Row(
                    EnumSet.of(CREATE),
                    EnumSet.of(MapKind.STACK_TRACE),
                    ErrnoNumbers.EINVAL,
                    "a STACK_TRACE has keys of 4 bytes and values of a multiple of 8"),
            new Row(
                    EnumSet.of(CREATE),
                    SOCKETS,
                    ErrnoNumbers.EINVAL,
                    "a {kind} has values of 4 or 8 bytes and max_entries ({max}) of 1 or more"),
            new Row(
                    EnumSet.of(CREATE),
                    EnumSet.of(MapKind.ARENA),
                    ErrnoNumbers.EINVAL,
                    "an ARENA has no keys and values, counts max_entries ({max}) in pages, and needs the flag BPF_F_MMAPABLE"),
            new Row(
                    EnumSet.of(CREATE),
                    STORAGES,
                    ErrnoNumbers.EINVAL,
                    "a {kind} has keys of 4 bytes, max_entries 0, the flag BPF_F_NO_PREALLOC, and types in BTF"),
            new Row(
                    EnumSet.of(CREATE),
                    LRUS,
                    ErrnoNumbers.ENOTSUPP,
                    "{kind} allocates its entries at once: leave the flag BPF_F_NO_PREALLOC away"),
            new Row(
                    EnumSet.of(CREATE),
                    ARRAYS,
                    ErrnoNumbers.EINVAL,
                    "{kind} takes keys of 4 bytes, values of 1 or more, max_entries ({max}) of 1 or more; BPF_F_MMAPABLE and"
                            + " BPF_F_INNER_MAP are for ARRAY alone, BPF_F_NO_PREALLOC for neither"),
            new Row(
                    EnumSet.of(CREATE),
                    ANY,
                    ErrnoNumbers.EINVAL,
                    "the kernel does not take this name, key size, value size, max_entries ({max}) or flags for a {kind},"
                            + " or does not know this type"),
            new Row(
                    EnumSet.of(CREATE),
                    ANY,
                    ErrnoNumbers.ENOMEM,
                    "the kernel has no memory for it: look at max_entries ({max}) and at the memory limit of this process's"
                            + " control group"),
            new Row(
                    EnumSet.of(MAP),
                    ANY,
                    ErrnoNumbers.EACCES,
                    "user space may read but not write it, or the reverse: the map is BPF_F_RDONLY_PROG, or the handle for reading"
                            + " or for writing only"),
            new Row(EnumSet.of(MAP), ANY, ErrnoNumbers.EPERM, "the map is frozen: user space may read it only"),
            new Row(
                    EnumSet.of(MAP),
                    ANY,
                    ErrnoNumbers.EINVAL,
                    "only an ARRAY with the flag BPF_F_MMAPABLE can be mapped, and through no handle for reading only: open it"
                            + " with PinAccess.READ_WRITE"),
            new Row(
                    EnumSet.of(MAP),
                    ANY,
                    ErrnoNumbers.ENOTSUPP,
                    "only an ARRAY with the flag BPF_F_MMAPABLE can be mapped, and none whose values have a field that the"
                            + " kernel manages (bpf_spin_lock, bpf_timer, kptr)"),
            new Row(ANY_OPERATION, ANY, ErrnoNumbers.EBADF, "the map has been closed"),
            new Row(ANY_OPERATION, ANY, ErrnoNumbers.ENOTSUPP, "the kernel has no such operation for a {kind}"),
            new Row(ANY_OPERATION, ANY, ErrnoNumbers.EOPNOTSUPP, "the kernel has no such operation for a {kind}"));

    private MapErrors() {}

    static Optional<String> explain(MapOperation operation, MapShape map, int errno) {
        return ROWS.stream()
                .filter(row ->
                        row.errno == errno && row.operations.contains(operation) && row.kinds.contains(map.kind()))
                .findFirst()
                .map(row -> row.explanation
                        .replace("{max}", Long.toString(map.maxEntries()))
                        .replace("{last}", Long.toString(map.maxEntries() - 1))
                        .replace("{kind}", map.kind().name()));
    }

    private record Row(Set<MapOperation> operations, Set<MapKind> kinds, int errno, String explanation) {}
}
