/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.btf.LibbpfFixups;
import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.kernel.natives.KernelAndLibbpfVersions;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLog;
import dev.nestmap.runtime.internal.kernel.natives.NativeObject;
import dev.nestmap.schema.MapFlags;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Opens an object file with libbpf, after changes of the file that this version of libbpf needs.
 *
 * @param name the object's name in messages and in the names of the maps that libbpf creates for data sections
 * @param log what libbpf prints meanwhile
 */
record ObjectFileOpener(String name, LibbpfLog.Capture log) {
    /**
     * Opens an object. If libbpf ignores its {@code SEC(".struct_ops.link")}, as versions before 1.2 do, opens it with another name of the
     * section, and sets the flag that distinguishes the maps.
     *
     * @throws BpfException if libbpf can't read it
     */
    NativeObject open(byte[] elf, LoadPlan plan) {
        byte[] input = input(elf, plan);
        NativeObject object = open(input, plan.kernelTypes());
        byte[] renamed;
        try (Undo undo = new Undo(object::close)) {
            renamed = object.hasLinkedStructs() ? null : renamed(input);
            if (renamed == null) {
                return undo.commit(object);
            }
        }
        NativeObject reopened = open(renamed, plan.kernelTypes());
        try (Undo undo = new Undo(reopened::close)) {
            reopened.structs()
                    .values()
                    .forEach(map -> reopened.libbpf().bpf_map__set_map_flags(map, (int) MapFlags.LINK));
            return undo.commit(reopened);
        }
    }

    /** What libbpf reads. A file that can't be read stays as it is, and libbpf explains the problem. */
    private byte[] input(byte[] elf, LoadPlan plan) {
        try {
            return LibbpfFixups.of(name, elf, plan.programs());
        } catch (MalformedObjectException e) {
            return elf;
        }
    }

    private byte @Nullable [] renamed(byte[] elf) {
        try {
            return LibbpfFixups.withoutLinks(name, elf).orElse(null);
        } catch (MalformedObjectException e) {
            throw BpfException.of(Reason.WRONG_USE, "opening of object " + name)
                    .cause(e)
                    .because(e.getMessage());
        }
    }

    private NativeObject open(byte[] elf, @Nullable Path kernelTypes) {
        return NativeObject.open(
                name,
                elf,
                kernelTypes,
                errno -> ObjectErrors.OPEN.failed(
                        null,
                        "opening of object " + name,
                        KernelAndLibbpfVersions.libbpf(),
                        errno,
                        elf.length == 0 ? "the object file is empty" : null,
                        log.forException()));
    }
}
