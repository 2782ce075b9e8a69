/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static dev.nestmap.runtime.internal.map.MapOperation.CREATE;
import static dev.nestmap.runtime.internal.map.MapOperation.DELETE;
import static dev.nestmap.runtime.internal.map.MapOperation.ITERATE;
import static dev.nestmap.runtime.internal.map.MapOperation.LOOKUP;
import static dev.nestmap.runtime.internal.map.MapOperation.MMAP;
import static dev.nestmap.runtime.internal.map.MapOperation.TAKE;
import static dev.nestmap.runtime.internal.map.MapOperation.UPDATE;

import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.PerfRecordSize;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reasons why the kernel rejects an operation on a map, with advice: one row per reason. Each was reproduced on Linux 6.18, which has no RHASH. */
public final class MapErrors {
    private static final Set<MapOperation> ANY_OPERATION = EnumSet.allOf(MapOperation.class);
    private static final Set<MapKind> ANY = EnumSet.allOf(MapKind.class);
    private static final Set<MapKind> ARRAYS = EnumSet.of(MapKind.ARRAY, MapKind.PERCPU_ARRAY);
    private static final Set<MapKind> INDEXED = MapKind.where(kind -> kind.keyRule() == MapKind.KeyRule.INDEX);
    private static final Set<MapKind> DEVICES = EnumSet.of(MapKind.DEVMAP, MapKind.DEVMAP_HASH);
    private static final Set<MapKind> DESCRIPTORS = MapKind.where(kind -> kind.descriptorSize() > 0);
    private static final Set<MapKind> OUTERS = MapKind.where(MapKind::isMapOfMaps);
    private static final Set<MapKind> ARRAY_OF_MAPS = EnumSet.of(MapKind.ARRAY_OF_MAPS);

    private static final Set<MapKind> SOCKET_MAPS = EnumSet.of(MapKind.SOCKMAP, MapKind.SOCKHASH);
    private static final Set<MapKind> REUSEPORT = EnumSet.of(MapKind.REUSEPORT_SOCKARRAY);
    private static final Set<MapKind> SOCKETS =
            EnumSet.of(MapKind.SOCKMAP, MapKind.SOCKHASH, MapKind.XSKMAP, MapKind.REUSEPORT_SOCKARRAY);

    private static final Set<MapKind> QUEUES = EnumSet.of(MapKind.QUEUE, MapKind.STACK);
    private static final Set<MapKind> RINGS = MapKind.where(MapKind::isRing);
    private static final Set<MapKind> STORAGES = MapKind.where(MapKind::isStorage);
    private static final Set<MapKind> LRUS = MapKind.where(MapKind::isLru);
    private static final Set<MapKind> TRIES = EnumSet.of(MapKind.LPM_TRIE);
    private static final Set<MapKind> PERCPU = MapKind.where(MapKind::isPerCpu);

    private static final String FULL =
            "the map is full (max_entries is {max}): remove entries, or declare a larger max_entries";

    private static final Set<MapOperation> OF_ENTRIES = EnumSet.of(LOOKUP, UPDATE, DELETE);

    private static final String NO_OWNER =
            "the file descriptor is not open, or does not refer to an owner of {kind} entries: pass a socket to an"
                    + " SK_STORAGE, any file to an INODE_STORAGE, a pidfd to a TASK_STORAGE, and the directory of a version 2"
                    + " control group to a CGRP_STORAGE; or the map has been closed";

    /** What the programs of a program array have in common. */
    public static final String SAME_SECTION =
            "All of them have the same type, and on newer kernels (measured on 6.18) also the same attach type:"
                    + " SEC(\"cgroup/connect4\") and SEC(\"cgroup/connect6\") differ, as do SEC(\"xdp\") and SEC(\"xdp/devmap\"). Put only"
                    + " programs of one section into an array, and use another array for the others";

    private static final String MUST_EQUAL =
            "the inner map must have the declared type, key size, value size and flags, an ARRAY also the declared"
                    + " max_entries, and the same fields that the kernel manages (bpf_spin_lock, bpf_timer, kptr). The kernel"
                    + " finds those fields in the object's BTF, and lists and trees only in the BTF of the same load: create"
                    + " the inner map through this outer map's accessor";

    /** The first row that matches explains the errno. Words in braces are replaced with attributes of the map. */
    private static final List<Row> ROWS = List.of(
            new Row(
                    EnumSet.of(UPDATE),
                    EnumSet.of(MapKind.PROG_ARRAY),
                    ErrnoNumbers.EINVAL,
                    Reason.WRONG_USE,
                    "the file descriptor is not a program, or the program differs from the first one that used the program array"
                            + " or was put into it. " + SAME_SECTION),
            new Row(
                    EnumSet.of(UPDATE),
                    SOCKET_MAPS,
                    ErrnoNumbers.EOPNOTSUPP,
                    Reason.WRONG_USE,
                    "the kernel does not take this socket as it is now: a TCP socket must be connected or listen, a UDP socket bound or"
                            + " connected, and a UNIX socket connected; a {kind} holds no raw and no AF_XDP sockets"),
            new Row(
                    EnumSet.of(UPDATE),
                    EnumSet.of(MapKind.XSKMAP),
                    ErrnoNumbers.EOPNOTSUPP,
                    Reason.WRONG_USE,
                    "the socket is not an AF_XDP socket"),
            new Row(
                    EnumSet.of(UPDATE),
                    SOCKETS,
                    ErrnoNumbers.ENOTSOCK,
                    Reason.WRONG_USE,
                    "the file descriptor is not a socket"),
            new Row(
                    EnumSet.of(UPDATE),
                    REUSEPORT,
                    ErrnoNumbers.EINVAL,
                    Reason.WRONG_USE,
                    "the socket does not share its port: set SO_REUSEPORT, then bind it, and let a TCP socket listen"),
            new Row(
                    EnumSet.of(UPDATE),
                    REUSEPORT,
                    ErrnoNumbers.ENOTSUPP,
                    Reason.WRONG_USE,
                    "the socket is neither a TCP nor a UDP socket of IPv4 or IPv6"),
            new Row(
                    EnumSet.of(UPDATE),
                    REUSEPORT,
                    ErrnoNumbers.EBUSY,
                    "the socket is in another {kind}, or in a map of sockets, and can be in one of them only: remove it from that map"
                            + " first"),
            new Row(
                    EnumSet.of(UPDATE),
                    DESCRIPTORS,
                    ErrnoNumbers.EBADF,
                    Reason.WRONG_USE,
                    "the file descriptor is not open, or is not of the kind that a {kind} holds; or the map has been closed"),
            new Row(
                    EnumSet.of(UPDATE),
                    DESCRIPTORS,
                    ErrnoNumbers.EINVAL,
                    Reason.WRONG_USE,
                    "the file descriptor is not of the kind that a {kind} holds"),
            new Row(OF_ENTRIES, STORAGES, ErrnoNumbers.EBADF, Reason.WRONG_USE, NO_OWNER),
            new Row(OF_ENTRIES, STORAGES, ErrnoNumbers.EINVAL, Reason.WRONG_USE, NO_OWNER),
            new Row(OF_ENTRIES, STORAGES, ErrnoNumbers.ENOTSOCK, Reason.WRONG_USE, NO_OWNER),
            new Row(OF_ENTRIES, STORAGES, ErrnoNumbers.ENOENT, "the task that the pidfd refers to has ended"),
            new Row(
                    EnumSet.of(UPDATE),
                    DEVICES,
                    ErrnoNumbers.EINVAL,
                    Reason.WRONG_USE,
                    "the network namespace that the map was created in has no network device with this index, or the"
                            + " entry's program is not open or is not of SEC(\"xdp/devmap\")"),
            new Row(
                    EnumSet.of(UPDATE),
                    EnumSet.of(MapKind.CPUMAP),
                    ErrnoNumbers.ENOMEM,
                    "the entry's program is not open or is not of SEC(\"xdp/cpumap\"); or the kernel has no memory for the queue"),
            new Row(
                    EnumSet.of(UPDATE, DELETE),
                    INDEXED,
                    ErrnoNumbers.E2BIG,
                    Reason.WRONG_USE,
                    "the map only has the indices 0 to {last}"),
            new Row(
                    EnumSet.of(UPDATE),
                    OUTERS,
                    ErrnoNumbers.E2BIG,
                    "the outer map has {max} inner maps (max_entries): take() one out and drain it, because discard() drops"
                            + " its counts; or declare a larger max_entries"),
            new Row(EnumSet.of(UPDATE), ANY, ErrnoNumbers.E2BIG, FULL),
            new Row(
                    EnumSet.of(TAKE),
                    EnumSet.of(MapKind.PERF_EVENT_ARRAY),
                    ErrnoNumbers.E2BIG,
                    Reason.WRONG_USE,
                    "a program wrote an event of more than " + PerfRecordSize.LONGEST_EVENT
                            + " bytes, whose length the kernel can't store: write several events, or use a ring buffer;"
                            + " the event may have overwritten others in the buffer"),
            new Row(EnumSet.of(UPDATE), TRIES, ErrnoNumbers.ENOSPC, FULL),
            new Row(
                    EnumSet.of(UPDATE),
                    RINGS,
                    ErrnoNumbers.ENOSPC,
                    "its {max} bytes are full: wait until the programs have read messages, or declare a larger max_entries"),
            new Row(
                    EnumSet.of(UPDATE, DELETE),
                    TRIES,
                    ErrnoNumbers.EINVAL,
                    Reason.WRONG_USE,
                    "the prefix length exceeds the number of bits in the key"),
            new Row(
                    EnumSet.of(UPDATE),
                    ARRAYS,
                    ErrnoNumbers.EEXIST,
                    "every entry of an array always exists: write with put or replace"),
            new Row(
                    EnumSet.of(UPDATE),
                    ANY,
                    ErrnoNumbers.EEXIST,
                    "the key exists already, and the update was to add an entry (BPF_NOEXIST)"),
            new Row(
                    EnumSet.of(UPDATE),
                    ANY,
                    ErrnoNumbers.ENOENT,
                    "the key does not exist, and the update was to replace an entry (BPF_EXIST)"),
            new Row(
                    EnumSet.of(UPDATE),
                    ARRAY_OF_MAPS,
                    ErrnoNumbers.EINVAL,
                    Reason.MISMATCH,
                    "an ARRAY_OF_MAPS accepts no condition (BPF_NOEXIST, BPF_EXIST); and " + MUST_EQUAL),
            new Row(EnumSet.of(UPDATE), OUTERS, ErrnoNumbers.EINVAL, Reason.MISMATCH, MUST_EQUAL),
            new Row(EnumSet.of(UPDATE), OUTERS, ErrnoNumbers.EBADF, "the inner or the outer map has been closed"),
            new Row(
                    EnumSet.of(UPDATE),
                    ANY,
                    ErrnoNumbers.ENOMEM,
                    "the kernel has no memory for the entry: check the memory limit of the control group in which the process was that"
                            + " created the map"),
            new Row(
                    EnumSet.of(UPDATE),
                    SOCKET_MAPS,
                    ErrnoNumbers.EBUSY,
                    "the socket is in another map of sockets that has such a program: remove it from that map first; or"
                            + " another operation on this CPU held the lock of the entry's bucket: try again"),
            new Row(
                    EnumSet.of(UPDATE, DELETE, TAKE, ITERATE),
                    ANY,
                    ErrnoNumbers.EBUSY,
                    "another operation on this CPU held the lock of the entry's bucket: try again"),
            new Row(
                    EnumSet.of(UPDATE, DELETE),
                    ANY,
                    ErrnoNumbers.EPERM,
                    "the map was opened read-only: write through a handle that was opened for writing; or the map is frozen, and only"
                            + " programs can change it"),
            new Row(
                    EnumSet.of(LOOKUP, ITERATE),
                    ANY,
                    ErrnoNumbers.EPERM,
                    "the map was opened write-only: read through a handle that was opened for reading"),
            new Row(
                    EnumSet.of(TAKE),
                    ANY,
                    ErrnoNumbers.EPERM,
                    "the map was opened read-only or write-only: take entries through a handle that was opened with"
                            + " MapAccess.READ_WRITE; or the map is frozen, and only programs can change it"),
            new Row(
                    EnumSet.of(LOOKUP, UPDATE, ITERATE),
                    EnumSet.of(MapKind.HASH, MapKind.RHASH, MapKind.ARRAY),
                    ErrnoNumbers.EINVAL,
                    Reason.MISMATCH,
                    "the record has a @SpinLock but the map has none: the map was created without BTF, where the kernel"
                            + " finds the lock"),
            new Row(
                    EnumSet.of(LOOKUP, ITERATE),
                    SOCKETS,
                    ErrnoNumbers.ENOSPC,
                    Reason.NOT_SUPPORTED,
                    "the kernel shows what a {kind} holds only if its values have 8 bytes"),
            new Row(
                    EnumSet.of(DELETE),
                    ARRAYS,
                    ErrnoNumbers.EINVAL,
                    Reason.WRONG_USE,
                    "every entry of an array always exists: write zeros instead"),
            new Row(
                    EnumSet.of(DELETE),
                    EnumSet.of(MapKind.SOCKMAP),
                    ErrnoNumbers.EINVAL,
                    Reason.NOT_FOUND,
                    "the map has no socket at this index"),
            new Row(
                    EnumSet.of(DELETE),
                    QUEUES,
                    ErrnoNumbers.EINVAL,
                    Reason.WRONG_USE,
                    "entries of a {kind} have no keys: take out the next one with poll of its accessor"),
            new Row(
                    EnumSet.of(ITERATE),
                    QUEUES,
                    ErrnoNumbers.EINVAL,
                    Reason.WRONG_USE,
                    "a {kind} can't be iterated: take its entries out with poll of its accessor"),
            new Row(EnumSet.of(DELETE), ANY, ErrnoNumbers.ENOENT, "the key does not exist"),
            new Row(
                    EnumSet.of(CREATE),
                    ANY,
                    ErrnoNumbers.EPERM,
                    "creating a map requires CAP_BPF (some types also CAP_NET_ADMIN or CAP_SYS_ADMIN): run as root or"
                            + " with those capabilities"),
            new Row(
                    EnumSet.of(CREATE),
                    PERCPU,
                    ErrnoNumbers.E2BIG,
                    Reason.WRONG_USE,
                    "a value of a {kind}, rounded up to a multiple of 8, has at most {maxValue} bytes"),
            new Row(
                    EnumSet.of(CREATE),
                    ANY,
                    ErrnoNumbers.E2BIG,
                    Reason.WRONG_USE,
                    "the key size, value size or max_entries ({max}) exceeds the kernel's limit for a {kind}"),
            new Row(
                    EnumSet.of(CREATE),
                    OUTERS,
                    ErrnoNumbers.ENOTSUPP,
                    "a map of the inner map's type can't be in an outer map, nor can a map that is exclusive to one program"
                            + " (excl_prog_hash, rejected by Linux 6.18.44 and since 7.1), nor before Linux 6.2 a map whose values"
                            + " have a spin lock"),
            new Row(
                    EnumSet.of(UPDATE),
                    OUTERS,
                    ErrnoNumbers.ENOTSUPP,
                    "the map can't be an inner map, because it is exclusive to one program (excl_prog_hash), which Linux"
                            + " 6.18.44 rejects, and every kernel since 7.1: create it without excl_prog_hash"),
            new Row(EnumSet.of(CREATE), OUTERS, ErrnoNumbers.EBADF, "the prototype of the inner maps has been closed"),
            new Row(
                    EnumSet.of(CREATE),
                    OUTERS,
                    ErrnoNumbers.EINVAL,
                    Reason.WRONG_USE,
                    "{needs}, and an inner map that is not a map of maps itself {requested}"),
            new Row(
                    EnumSet.of(CREATE),
                    RINGS,
                    ErrnoNumbers.EINVAL,
                    Reason.WRONG_USE,
                    "a {kind} has no keys and no values, and max_entries ({max}) is its size in bytes: a power of 2 and"
                            + " a multiple of the page size"),
            new Row(
                    EnumSet.of(CREATE),
                    EnumSet.of(MapKind.ARENA),
                    ErrnoNumbers.EINVAL,
                    Reason.WRONG_USE,
                    "an ARENA has no keys and no values, counts max_entries ({max}) in pages, needs the flag"
                            + " BPF_F_MMAPABLE, and its mapExtra is a multiple of the page size of this machine (getconf"
                            + " PAGESIZE)"),
            new Row(
                    EnumSet.of(CREATE),
                    STORAGES,
                    ErrnoNumbers.EINVAL,
                    Reason.WRONG_USE,
                    "{kind} needs keys of 4 bytes, max_entries 0, the flag BPF_F_NO_PREALLOC, and BTF types"),
            new Row(
                    EnumSet.of(CREATE),
                    LRUS,
                    ErrnoNumbers.ENOTSUPP,
                    Reason.WRONG_USE,
                    "{kind} always allocates its entries in advance: remove the flag BPF_F_NO_PREALLOC"),
            new Row(
                    EnumSet.of(CREATE),
                    ANY,
                    ErrnoNumbers.EINVAL,
                    Reason.WRONG_USE,
                    "{needs} {requested}; or the kernel does not accept the name, or is too old for this map type, its flags or sizes"),
            new Row(
                    EnumSet.of(CREATE),
                    ANY,
                    ErrnoNumbers.ENOMEM,
                    "the kernel has no memory for the map: check max_entries ({max}) and the memory limit of this"
                            + " process's control group"),
            new Row(
                    EnumSet.of(MMAP),
                    ANY,
                    ErrnoNumbers.EACCES,
                    "the access is not allowed: the map has the flag BPF_F_RDONLY_PROG, or the handle was opened"
                            + " read-only or write-only"),
            new Row(EnumSet.of(MMAP), ANY, ErrnoNumbers.EPERM, "the map is frozen: user space may only read it"),
            new Row(
                    EnumSet.of(MMAP),
                    ANY,
                    ErrnoNumbers.EINVAL,
                    Reason.WRONG_USE,
                    "only an ARRAY with the flag BPF_F_MMAPABLE can be mapped, and only through a handle that was"
                            + " opened with MapAccess.READ_WRITE"),
            new Row(
                    EnumSet.of(MMAP),
                    ANY,
                    ErrnoNumbers.ENOTSUPP,
                    Reason.WRONG_USE,
                    "only an ARRAY with the flag BPF_F_MMAPABLE can be mapped, unless its values have a field that the"
                            + " kernel manages (bpf_spin_lock, bpf_timer, kptr)"),
            new Row(
                    EnumSet.of(MMAP),
                    ANY,
                    ErrnoNumbers.ENOMEM,
                    "the kernel has no memory for the mapping, or this process has reached its limit of mappings (sysctl"
                            + " vm.max_map_count) or of its address space (ulimit -v): raise these limits or the memory limit of this"
                            + " process's control group"),
            new Row(ANY_OPERATION, ANY, ErrnoNumbers.EBADF, "the map has been closed"),
            new Row(ANY_OPERATION, ANY, ErrnoNumbers.ENOTSUPP, "the kernel has no such operation for a {kind}"),
            new Row(ANY_OPERATION, ANY, ErrnoNumbers.EOPNOTSUPP, "the kernel has no such operation for a {kind}"));

    private MapErrors() {}

    /** The first row that matches. */
    static Optional<Row> find(MapOperation operation, MapShape map, int errno) {
        return ROWS.stream()
                .filter(row ->
                        row.errno == errno && row.operations.contains(operation) && row.kinds.contains(map.kind()))
                .findFirst();
    }

    /** The sizes and flags with which the kernel creates a map of this type. */
    private static String needs(MapShape map) {
        MapKind kind = map.kind();
        String keys = kind.keyRule() == MapKind.KeyRule.NONE ? "no keys" : "keys of " + kind.keySizes();
        String required =
                kind.requiredFlags() == 0 ? "" : "the flag " + MapFlags.expression(kind.requiredFlags()) + ", ";
        return "a map of type {kind} needs " + keys + ", values of " + kind.valueSizes(map.flags())
                + ", max_entries of 1 or more, " + required + "no flags but "
                + MapFlags.expression(kind.flags());
    }

    private static String requested(MapShape map) {
        return "(requested: key_size " + map.keySize() + ", value_size " + map.valueSize()
                + ", max_entries {max}, map_flags " + MapFlags.expression(map.flags()) + ")";
    }

    /**
     * A reason.
     *
     * @param reason null for the usual reason of the errno
     */
    record Row(
            Set<MapOperation> operations,
            Set<MapKind> kinds,
            int errno,
            @Nullable Reason reason,
            String explanation) {
        Row(Set<MapOperation> operations, Set<MapKind> kinds, int errno, String explanation) {
            this(operations, kinds, errno, null, explanation);
        }

        /** The explanation for a map. */
        String explain(MapShape map) {
            return explanation
                    .replace("{needs}", needs(map))
                    .replace("{requested}", requested(map))
                    .replace("{maxValue}", Long.toString(map.kind().maxValueSize()))
                    .replace("{max}", Long.toString(map.maxEntries()))
                    .replace("{last}", Long.toString(map.maxEntries() - 1))
                    .replace("{kind}", map.kind().name());
        }
    }
}
