/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.nestmap.runtime.NamedProgram;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.program.ProgramType;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Uses of inner maps are rejected if the kernel refuses them for a plain map, and it is asked once for each type of program. The module
 * {@code tests} asks a kernel.
 */
class InnerMapUseCheckTest {
    private static final List<String> INTERRUPTING =
            List.of("kprobe/x", "uretprobe/x", "tp/x/y", "raw_tp", "perf_event", "socket");
    private static final List<String> OTHERS = List.of("xdp", "tc", "fentry/x", "lsm/x");

    private final List<ProgramType> questions = new ArrayList<>();

    static Stream<CType> managedFields() {
        return Stream.of(
                ManagedFieldType.SPIN_LOCK,
                ManagedFieldType.TIMER,
                ManagedFieldType.WORK_QUEUE,
                ManagedFieldType.TASK_WORK,
                ManagedFieldType.LIST_HEAD,
                StructType.of("bpf_res_spin_lock", List.of(new StructType.Member("val", Scalar.U32))));
    }

    @ParameterizedTest
    @MethodSource("managedFields")
    void rejectsWhatTheKernelRefusesForAPlainMap(CType field) {
        InnerMapUseCheck use = use(field, false);

        for (String section : INTERRUPTING) {
            assertBpfException(() -> use.check(NamedProgram.of("p", section)), field.spelling() + " at 8");
        }
        OTHERS.forEach(section -> use.check(NamedProgram.of("p", section)));
    }

    @ParameterizedTest
    @MethodSource("managedFields")
    void findsFieldsInNestedStructs(CType field) {
        StructType nested = StructType.of(
                "nested", List.of(new StructType.Member("id", Scalar.U64), new StructType.Member("field", field)));
        for (CType holder : List.of(nested, new ArrayType(nested, 1))) {
            InnerMapUseCheck use = use(holder, false);

            assertBpfException(() -> use.check(NamedProgram.of("p", "kprobe/x")), field.spelling() + " at 16");
        }
    }

    @ParameterizedTest
    @MethodSource("managedFields")
    void acceptsWhatTheKernelAcceptsForAPlainMap(CType field) {
        InnerMapUseCheck use = use(field, true);

        Stream.concat(INTERRUPTING.stream(), OTHERS.stream())
                .forEach(section -> assertThatCode(() -> use.check(NamedProgram.of("p", section)))
                        .as(section)
                        .doesNotThrowAnyException());
    }

    @Test
    void asksOnceForEachTypeOfProgram() {
        InnerMapUseCheck use = use(ManagedFieldType.TIMER, true);
        for (String section : List.of("kprobe/x", "kprobe/y", "xdp", "socket", "lsm.s/x", "syscall", "uprobe.s/x")) {
            use.check(NamedProgram.of("p", section));
        }

        assertThat(questions).containsExactly(ProgramType.KPROBE, ProgramType.SOCKET_FILTER, ProgramType.SYSCALL);
    }

    @Test
    void asksNothingAboutPlainBytes() {
        InnerMapUseCheck use = use(Scalar.U64, false);
        INTERRUPTING.forEach(section -> use.check(NamedProgram.of("p", section)));

        assertThat(questions).isEmpty();
    }

    @Test
    void warnsSleepableProgramsIfTheKernelRefusesThem() {
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            use(Scalar.U64, true).check(NamedProgram.of("p", "lsm.s/file_open"));
            assertThat(log.list()).isEmpty();

            use(Scalar.U64, false).check(NamedProgram.of("p", "lsm.s/file_open"));
            assertThat(log.list()).hasSize(1);
        }
    }

    private InnerMapUseCheck use(CType field, boolean isAccepted) {
        StructType value = StructType.of(
                "v", List.of(new StructType.Member("count", Scalar.U64), new StructType.Member("field", field)));
        MapDef inner = new MapDef("inner", MapRole.INNER, MapKind.HASH, 4, 0, Scalar.U32, value, null);
        return new InnerMapUseCheck("object", "outer", inner, type -> {
            questions.add(type);
            return isAccepted;
        });
    }
}
