/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.map.LinuxCapability;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The loaded programs whose functions programs of an object replace or trace. libbpf needs them open until the load.
 *
 * @param opened by the names of the programs that replace or trace
 */
record TargetPrograms(Map<String, Descriptor> opened) implements AutoCloseable {
    /**
     * Opens the programs of a plan.
     *
     * @param object the object's name in messages
     * @throws BpfException if one of them can't be opened
     */
    static TargetPrograms open(String object, LoadPlan plan) {
        TargetPrograms targets = new TargetPrograms(new LinkedHashMap<>());
        try (Undo undo = new Undo(targets::close)) {
            plan.targets().forEach((program, id) -> targets.opened.put(program, open(object, program, id)));
            return undo.commit(targets);
        }
    }

    private static Descriptor open(String object, String program, int id) {
        int fd = NativeLibraries.libbpf().bpf_prog_get_fd_by_id(id);
        if (fd < 0) {
            String target = "program " + Integer.toUnsignedString(id) + ", the target of program " + program;
            throw BpfException.of(-fd, "load of object " + object).because(why(-fd, target));
        }
        return new Descriptor(fd);
    }

    private static @Nullable String why(int errno, String target) {
        if (errno == ErrnoNumbers.EPERM) {
            return "opening of " + target + ": "
                    + LinuxCapability.denied("it requires CAP_SYS_ADMIN", LinuxCapability.CAP_SYS_ADMIN);
        }
        return errno == ErrnoNumbers.ENOENT
                ? "the kernel has no " + target + ": load it first, and pass its id()"
                : null;
    }

    /** The target of the program with this name; null if the target is in the kernel. */
    @Nullable
    Descriptor of(String program) {
        return opened.get(program);
    }

    @Override
    public void close() {
        opened.values().forEach(Descriptor::close);
    }
}
