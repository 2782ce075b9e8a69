/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.schema.MapKind;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Reads the attributes of an outer map's prototype with the program of {@code prototype.bpf.c}. It reads {@code inner_map_meta} of the
 * kernel's {@code struct bpf_map}, into which {@code bpf_map_meta_alloc} in kernel/bpf/map_in_map.c copies the attributes. The verifier
 * requires CAP_PERFMON for such reads ({@code check_ptr_to_map_access} in kernel/bpf/verifier.c).
 */
final class PrototypeReader {
    private static final System.Logger LOGGER = System.getLogger("dev.nestmap.runtime");

    private final int program;

    private PrototypeReader(int program) {
        this.program = program;
    }

    /** Reads the attributes. Null if the kernel refuses the program, for example because this process lacks CAP_BPF or CAP_PERFMON. */
    static @Nullable MapShape read(KernelMap outer) {
        if (!outer.shape().kind().isMapOfMaps() || !KernelFeature.RAW_TRACEPOINT_RUNS.isPresent()) {
            return null;
        }
        try (JarObject object = JarObject.load("prototype", "outer", outer, opened -> {})) {
            PrototypeReader reader = new PrototypeReader(object.program("get_attribute"));
            return MapKind.ofNumber(reader.attribute(0)).map(reader::shape).orElse(null);
        } catch (BpfException e) {
            LOGGER.log(
                    Level.DEBUG,
                    () -> "the attributes of the inner maps of " + outer.shape().name() + " can't be read",
                    e);
            return null;
        }
    }

    private MapShape shape(MapKind kind) {
        return new MapShape(
                "prototype",
                kind,
                attribute(1),
                attribute(2),
                Integer.toUnsignedLong(attribute(3)),
                Integer.toUnsignedLong(attribute(4)),
                0,
                0,
                null);
    }

    /** Returns the attribute that {@code get_attribute} returns for this number. */
    private int attribute(int number) {
        ProgramRun run = ProgramRun.ofTracepoint(program, number);
        int result = run.run();
        if (result < 0) {
            throw BpfException.of("run of program get_attribute").errno(-result).build();
        }
        return run.returnValue();
    }
}
