/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

/** System calls on links. Some of libbpf's functions need a {@code struct bpf_link}, which opened pins do not have. */
public final class LinkCalls {
    // enum bpf_cmd
    private static final int BPF_LINK_CREATE = 28;
    private static final int BPF_LINK_UPDATE = 29;
    private static final int BPF_LINK_GET_FD_BY_ID = 30;
    private static final int BPF_LINK_GET_NEXT_ID = 31;
    private static final int BPF_ITER_CREATE = 33;
    private static final int BPF_LINK_DETACH = 34;

    /** {@code linux/bpf.h}. */
    private static final int BPF_F_REPLACE = 1 << 2;

    private static final int ATTR_SIZE = 16;

    /** Size of {@code link_create} in {@code union bpf_attr} of Linux 6.18, rounded up. */
    private static final int CREATION_SIZE = 64;

    /** Offset of the flags that all attach types have in {@code link_create}. */
    public static final int FLAGS_AT = 12;

    // link_create.kprobe_multi
    private static final int KPROBE_FLAGS_AT = 16;
    private static final int KPROBE_CNT_AT = 20;
    private static final int KPROBE_SYMS_AT = 24;

    // link_create.uprobe_multi
    private static final int UPROBE_PATH_AT = 16;
    private static final int UPROBE_OFFSETS_AT = 24;
    private static final int UPROBE_CNT_AT = 48;
    private static final int UPROBE_FLAGS_AT = 52;
    private static final int UPROBE_PID_AT = 56;

    /** {@code BPF_F_KPROBE_MULTI_RETURN} and {@code BPF_F_UPROBE_MULTI_RETURN}. */
    private static final int RETURN = 1;

    /** Larger than {@code struct bpf_link_info} of Linux 6.18. */
    private static final int INFO_SIZE = 256;

    private static final long CREATION_NANOS = TimeUnit.SECONDS.toNanos(1);

    private LinkCalls() {}

    /**
     * The kernel's information about a link.
     *
     * @param attachType number of the attach type; -1 for kinds whose links don't report it
     */
    public record Description(KernelLink.Info info, int attachType) {}

    /** Reads the info of the link with this file descriptor. */
    public static Description describe(int link) {
        OffHeapBlock info = ObjectInfoReader.read(link, INFO_SIZE, "a link");
        KernelLink.Kind kind = KernelLink.Kind.of(info.bytes().getInt(0));
        // The members of the union in struct bpf_link_info begin at offset 16.
        int first = info.bytes().getInt(16);
        long target = switch (kind) {
            case CGROUP -> info.bytes().getLong(16);
            default -> kind.targetName().isEmpty() ? 0 : Integer.toUnsignedLong(first);
        };
        int attachType = switch (kind) {
            case CGROUP -> info.bytes().getInt(24);
            case XDP, STRUCT_OPS -> -1;
            default -> kind.targetName().isEmpty() ? -1 : info.bytes().getInt(20);
        };
        // The kernel reports 0 for a target that was removed.
        boolean attached = kind.targetName().isEmpty() || target != 0;
        return new Description(
                new KernelLink.Info(info.bytes().getInt(4), kind, info.bytes().getInt(8), target, attached),
                attachType);
    }

    /**
     * The creation of a link, to which the caller adds options. It returns the link's descriptor. Nestmap makes this system call itself,
     * because libbpf 1.1 knows only some of the attach types.
     *
     * @param program file descriptor of the program
     * @param target file descriptor of the target, or the index of an interface; 0 if the attach type has neither
     * @param attachType number of the attach type
     */
    public static BpfCall creation(int program, int target, int attachType) {
        return new BpfCall(BPF_LINK_CREATE, CREATION_SIZE)
                .setInt(0, program)
                .setInt(4, target)
                .setInt(8, attachType);
    }

    /** The creation of a link to these kernel functions, to their entries or their returns. */
    public static BpfCall creation(int program, int attachType, Collection<String> functions, boolean returning) {
        List<OffHeapBlock> names =
                functions.stream().map(OffHeapBlock::ofString).toList();
        BpfCall creation = creation(program, 0, attachType)
                .setInt(KPROBE_FLAGS_AT, returning ? RETURN : 0)
                .setInt(KPROBE_CNT_AT, names.size())
                .setPointer(
                        KPROBE_SYMS_AT,
                        numbers(names.stream().map(OffHeapBlock::address).toList()));
        names.forEach(creation::keep);
        return creation;
    }

    /**
     * The creation of a link to the instructions at these offsets of a file, or to the returns of the functions that begin there.
     *
     * @param pid the process that is traced; 0 for all
     */
    public static BpfCall creation(
            int program, int attachType, Path binary, Collection<Long> offsets, boolean returning, int pid) {
        return creation(program, 0, attachType)
                .setPointer(UPROBE_PATH_AT, OffHeapBlock.ofString(binary.toString()))
                .setPointer(UPROBE_OFFSETS_AT, numbers(offsets))
                .setInt(UPROBE_CNT_AT, offsets.size())
                .setInt(UPROBE_FLAGS_AT, returning ? RETURN : 0)
                .setInt(UPROBE_PID_AT, pid);
    }

    private static OffHeapBlock numbers(Collection<Long> values) {
        OffHeapBlock block = OffHeapBlock.allocate(values.size() * Long.BYTES);
        int at = 0;
        for (long value : values) {
            block.bytes().putLong(at, value);
            at += Long.BYTES;
        }
        return block;
    }

    /**
     * Replaces the program of a link. Returns 0 or a negative errno.
     *
     * @param oldProgram descriptor of the program that the link must have; negative to replace any
     */
    public static int update(int link, int program, int oldProgram) {
        return oldProgram < 0
                ? call(BPF_LINK_UPDATE, link, program).run()
                : call(BPF_LINK_UPDATE, link, program, BPF_F_REPLACE, oldProgram)
                        .run();
    }

    /** Detaches the program of a link, which stays open. Returns 0 or a negative errno, for most kinds EOPNOTSUPP. */
    public static int detach(int link) {
        return call(BPF_LINK_DETACH, link).run();
    }

    /** Starts a pass of an iterator. Returns the descriptor that its output is read from, or a negative errno. */
    public static int iterate(int link) {
        return call(BPF_ITER_CREATE, link).run();
    }

    /**
     * Opens the link with this id. While another process creates the link, the kernel returns EAGAIN ({@code bpf_link_by_id} in
     * kernel/bpf/syscall.c), so this waits up to a second. Returns the link's descriptor, which the caller
     * closes, or a negative errno: EPERM without CAP_SYS_ADMIN.
     */
    public static Descriptor open(int id) {
        return new Descriptor(UninterruptibleWait.retry(
                CREATION_NANOS,
                TimeUnit.MILLISECONDS.toNanos(1),
                () -> call(BPF_LINK_GET_FD_BY_ID, id).run(),
                link -> link != -ErrnoNumbers.EAGAIN));
    }

    /** Closes a link's descriptor. Returns the link's id. */
    public static int close(Descriptor link) {
        try (link) {
            return describe(link.fd()).info().id();
        }
    }

    /**
     * Opens the first link that fits, which the caller closes. Leaves out a link whose creation takes longer than {@link #open} waits.
     * Returns a negative descriptor if there is none.
     */
    public static Descriptor find(IntPredicate fits) {
        for (int id = after(0); id != 0; id = after(id)) {
            try (Descriptor link = open(id)) {
                if (link.fd() < 0 && link.fd() != -ErrnoNumbers.EAGAIN) {
                    ObjectInfoReader.requireNotFound(-link.fd(), "opening of link " + Integer.toUnsignedString(id));
                } else if (link.fd() >= 0 && fits.test(link.fd())) {
                    return link.moved();
                }
            }
        }
        return new Descriptor(-1);
    }

    /** Returns the info of each link. Leaves out a link whose creation takes longer than {@link #open} waits. */
    public static List<KernelLink.Info> all() {
        List<KernelLink.Info> all = new ArrayList<>();
        find(link -> {
                    all.add(describe(link).info());
                    return false;
                })
                .close();
        return all;
    }

    /** Returns the next higher id of a link; 0 if no link follows, or if this process may not list links. */
    private static int after(int id) {
        BpfCall call = call(BPF_LINK_GET_NEXT_ID, id);
        int result = call.run();
        if (result < 0) {
            ObjectInfoReader.requireNotFound(-result, "listing of links");
            return 0;
        }
        return call.getInt(Integer.BYTES);
    }

    private static BpfCall call(int command, int... words) {
        BpfCall call = new BpfCall(command, ATTR_SIZE);
        for (int i = 0; i < words.length; i++) {
            call.setInt(i * Integer.BYTES, words[i]);
        }
        return call;
    }
}
