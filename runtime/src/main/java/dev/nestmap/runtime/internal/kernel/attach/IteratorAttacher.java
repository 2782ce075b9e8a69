/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Iter;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.KernelAndLibbpfVersions;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.program.ProgramSection;
import java.util.Map;
import java.util.Set;

/**
 * Attaches iterators. First checks the parameters that the section's target needs: members of {@code union bpf_iter_link_info} overlap, and
 * the kernel ignores members that a target does not have.
 */
public final class IteratorAttacher {
    // struct link_create in union bpf_attr
    private static final int ITER_INFO_AT = 16;
    private static final int ITER_INFO_LEN_AT = 24;

    // union bpf_iter_link_info: map.map_fd; cgroup.order and cgroup.cgroup_fd; task.tid and task.pid
    private static final int INFO_SIZE = 16;
    private static final int MAP_FD_AT = 0;
    private static final int CGROUP_ORDER_AT = 0;
    private static final int CGROUP_FD_AT = 4;
    private static final int TID_AT = 0;
    private static final int PID_AT = 4;

    /** The targets that visit the entries of one map, and the types of maps that the kernel permits (Linux 7.2). */
    private static final Map<String, String> MAPS = Map.of(
            "bpf_map_elem", "HASH, RHASH, LRU_HASH, PERCPU_HASH, LRU_PERCPU_HASH, ARRAY and PERCPU_ARRAY",
            "bpf_sk_storage_map", "SK_STORAGE",
            "sockmap", "SOCKMAP and SOCKHASH");

    private static final Set<String> TASKS = Set.of("task", "task_file", "task_vma");
    private static final String CGROUPS = "cgroup";
    private static final Map<Errno, String> CGROUP_ERRORS =
            Map.of(Errno.EBADF, "the path is not the directory of a control group");

    private IteratorAttacher() {}

    static KernelAttachment attach(NativeProgram program, Iter iter, AttachErrors errors) {
        requireFits(program, iter, errors);
        OffHeapBlock info = OffHeapBlock.allocate(INFO_SIZE);
        if (iter.cgroup() == null || iter.order() == null) {
            info.bytes().putInt(TID_AT, iter.thread()).putInt(PID_AT, iter.process());
            return errors.link(create(program, info), Map.of());
        }
        try (Descriptor group = NetworkAttacher.open(iter.cgroup(), errors)) {
            info.bytes().putInt(CGROUP_ORDER_AT, order(iter.order())).putInt(CGROUP_FD_AT, group.fd());
            return errors.link(create(program, info), CGROUP_ERRORS);
        }
    }

    /** Attaches a program to the entries of one map. The link keeps the map alive. */
    public static KernelAttachment attach(NativeProgram program, KernelMap map, AttachErrors errors) {
        String section = program.section();
        String types = MAPS.get(target(section));
        if (types == null) {
            throw errors.failed(
                    Reason.WRONG_USE,
                    "a program of SEC(\"" + section + "\") does not visit the entries of a map: use"
                            + " program.attach(Iter.all()), or compile it with SEC(\"iter/bpf_map_elem\")");
        }
        OffHeapBlock info = OffHeapBlock.allocate(INFO_SIZE);
        info.bytes().putInt(MAP_FD_AT, map.fd());
        int fd = create(program, info);
        if (fd == -ErrnoNumbers.EACCES) {
            throw BpfException.of(Reason.MISMATCH, errors.operation())
                    .refusedBy(KernelAndLibbpfVersions.kernel())
                    .errno(ErrnoNumbers.EACCES)
                    .because(beyond(map.shape()))
                    .build();
        }
        if (fd == -ErrnoNumbers.EINVAL) {
            throw errors.refused(
                    ErrnoNumbers.EINVAL,
                    "the map is of the type " + map.shape().kind() + ", and a program of SEC(\"" + section
                            + "\") visits the entries of the types " + types + " on Linux 7.2"
                            + (map.shape().kind().isMapOfMaps() ? ": attach it to an inner map" : "")
                            + ". Newer kernels may accept more");
        }
        return errors.link(fd, Map.of());
    }

    private static String beyond(MapShape map) {
        return "the program accesses bytes beyond the keys or the values of the map, which have " + map.keySize()
                + " and "
                + map.valueSize() + " bytes" + (map.kind().isPerCpu() ? " for each CPU" : "")
                + ": compile it for the types of this map";
    }

    private static void requireFits(NativeProgram program, Iter iter, AttachErrors errors) {
        String section = program.section();
        String target = target(section);
        String types = MAPS.get(target);
        if (types != null) {
            throw errors.failed(
                    Reason.WRONG_USE,
                    "a program of SEC(\"" + section + "\") visits the entries of one map (" + types
                            + "): use map.attach(program)");
        }
        if ((iter.cgroup() != null) != target.equals(CGROUPS)) {
            throw errors.failed(
                    Reason.WRONG_USE,
                    iter.cgroup() == null
                            ? "a program of SEC(\"" + section + "\") needs a control group to start at: use"
                                    + " attach(Iter.ofCgroups(Path.of(\"/sys/fs/cgroup\"), Iter.Order.DESCENDANTS_PRE))"
                            : "a program of SEC(\"" + section
                                    + "\") does not visit control groups: use attach(Iter.all()), or compile it with"
                                    + " SEC(\"iter/cgroup\")");
        }
        if (iter.thread() + iter.process() > 0 && !TASKS.contains(target)) {
            throw errors.failed(
                    Reason.WRONG_USE,
                    "a program of SEC(\"" + section + "\") does not visit tasks, so it can't be limited to "
                            + iter.target() + ": use attach(Iter.all())");
        }
    }

    private static String target(String section) {
        return ProgramSection.of(section).map(row -> row.targetIn(section)).orElse("");
    }

    private static int create(NativeProgram program, OffHeapBlock info) {
        return LinkCalls.creation(program.fd(), 0, program.attachType())
                .setPointer(ITER_INFO_AT, info)
                .setInt(ITER_INFO_LEN_AT, INFO_SIZE)
                .run();
    }

    /** {@code enum bpf_cgroup_iter_order} of {@code linux/bpf.h}. */
    private static int order(Iter.Order order) {
        return switch (order) {
            case SELF_ONLY -> 1;
            case DESCENDANTS_PRE -> 2;
            case DESCENDANTS_POST -> 3;
            case ANCESTORS_UP -> 4;
        };
    }
}
