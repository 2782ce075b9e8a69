/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.kernel.feature.ProgramProbe;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.natives.BtfTypeIds;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.KernelAndLibbpfVersions;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.LibbpfLog;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.NativeObject;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.program.AttachType;
import dev.nestmap.schema.program.ProgramSection;
import dev.nestmap.schema.program.ProgramSection.Flag;
import dev.nestmap.schema.program.ProgramType;
import dev.nestmap.schema.program.SectionProblem;
import java.lang.ref.Reference;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Applies a {@link LoadPlan} to an object that libbpf has opened and not loaded yet. libbpf sets the types of programs whose sections it
 * knows; this class sets the types that callers choose, and the types of the table's other sections.
 *
 * @param name the object's name in messages
 * @param types sections whose type programs get, by the names of the programs
 */
record ObjectPreparation(
        String name, NativeObject object, Map<String, String> types, TargetPrograms targets, LibbpfLog.Capture log) {
    private static final LibBpf LIBBPF = NativeLibraries.libbpf();

    /** {@code linux/bpf.h}. */
    private static final Map<Flag, Integer> KERNEL_FLAGS = Map.of(Flag.SLEEPABLE, 1 << 4, Flag.FRAGMENTS, 1 << 5);

    /** The others trace only the kernel ({@code bpf_check_attach_target} in kernel/bpf/verifier.c). */
    private static final Set<AttachType> TRACING_PROGRAMS =
            Set.of(AttachType.TRACE_FENTRY, AttachType.TRACE_FEXIT, AttachType.TRACE_FSESSION);

    void apply(LoadPlan plan) {
        // libbpf duplicates the descriptor of a reused map, but not that
        // of a prototype: the prototype must stay open until the load.
        plan.reused()
                .forEach((name, map) -> with(
                        name,
                        "reuse",
                        pointer -> LIBBPF.bpf_map__reuse_fd(
                                pointer, KernelMap.of(map).fd())));
        plan.prototypes().forEach((name, map) -> {
            // libbpf sets the value size only if the object defines the inner map.
            with(name, "value_size", pointer -> LIBBPF.bpf_map__set_value_size(pointer, Integer.BYTES));
            with(
                    name,
                    "inner maps",
                    pointer -> LIBBPF.bpf_map__set_inner_map_fd(
                            pointer, KernelMap.of(map).fd()));
        });
        plan.maxEntries()
                .forEach((name, entries) -> with(
                        name, "max_entries", pointer -> LIBBPF.bpf_map__set_max_entries(pointer, entries.intValue())));
        plan.kinds().forEach((name, kind) -> {
            with(name, "type", pointer -> LIBBPF.bpf_map__set_type(pointer, kind.number()));
            with(name, "map_extra", pointer -> LIBBPF.bpf_map__set_map_extra(pointer, 0));
        });
        object.declared().values().forEach(this::completePerfArray);
        object.declared().values().forEach(this::dropEventType);
        // Nestmap makes the pins that the object declares; libbpf would leave them if the load fails later.
        object.declared().values().forEach(pointer -> LIBBPF.bpf_map__set_pin_path(pointer, 0));
        plan.notCreated()
                .forEach(name -> with(name, "autocreate", pointer -> LIBBPF.bpf_map__set_autocreate(pointer, 0)));
        plan.writes().forEach(this::write);
        if (KernelAndLibbpfVersions.replacesEntriesInPlace()) {
            plan.singleLookups().forEach(this::write);
        }
        selectPrograms(plan.programs());
    }

    /**
     * The types of the declared inner maps, by the name of the outer map. Must be read before the load, because libbpf frees the
     * inner maps when it has created the outer maps.
     */
    Map<String, BtfTypeIds> innerTypes() {
        Map<String, BtfTypeIds> types = new HashMap<>();
        object.declared().forEach((name, map) -> {
            boolean holdsMaps = MapKind.ofNumber(LIBBPF.bpf_map__type(map))
                    .filter(MapKind::isMapOfMaps)
                    .isPresent();
            long inner = holdsMaps ? LIBBPF.bpf_map__inner_map(map) : 0;
            if (inner != 0) {
                types.put(
                        name,
                        new BtfTypeIds(
                                0, LIBBPF.bpf_map__btf_key_type_id(inner), LIBBPF.bpf_map__btf_value_type_id(inner)));
            }
        });
        return types;
    }

    /** Sets the sizes of a perf event array that states none. The kernel accepts only these, and libbpf, unlike cilium/ebpf, sets none. */
    private void completePerfArray(long map) {
        if (LIBBPF.bpf_map__type(map) == MapKind.PERF_EVENT_ARRAY.number() && LIBBPF.bpf_map__key_size(map) == 0) {
            LIBBPF.bpf_map__set_key_size(map, Integer.BYTES);
            LIBBPF.bpf_map__set_value_size(map, Integer.BYTES);
        }
    }

    /** Drops the type of a ring buffer's events, which authors state for bpf2go. The kernel accepts no sizes, and libbpf passes them on. */
    private void dropEventType(long map) {
        boolean isRing = MapKind.ofNumber(LIBBPF.bpf_map__type(map))
                .filter(MapKind::isRing)
                .isPresent();
        if (isRing) {
            LIBBPF.bpf_map__set_key_size(map, 0);
            LIBBPF.bpf_map__set_value_size(map, 0);
        }
    }

    /** Changes bytes of a section's initial content. libbpf sets only the whole content, so the other bytes are read first. */
    private void write(LoadPlan.Write write) {
        Long section = object.sections().get(write.section());
        if (section == null) {
            throw failed(
                    write.section(),
                    "an initial value",
                    0,
                    "libbpf makes no map of this section, only of "
                            + String.join(", ", object.sections().keySet()));
        }
        OffHeapBlock content = content(write.section(), section);
        content.bytes().put(Math.toIntExact(write.offset()), write.bytes());
        int result = content.call(address -> LIBBPF.bpf_map__set_initial_value(section, address, content.size()));
        if (result < 0) {
            throw failed(write.section(), "an initial value", -result, null);
        }
    }

    /** A copy of the initial content of a section. */
    private OffHeapBlock content(String name, long section) {
        OffHeapBlock size = OffHeapBlock.allocate(Long.BYTES);
        try {
            long address = LIBBPF.bpf_map__initial_value(section, size.address());
            if (address == 0) {
                throw failed(name, "an initial value", 0, "libbpf keeps no initial content of this section");
            }
            OffHeapBlock content =
                    OffHeapBlock.allocate(Math.toIntExact(size.bytes().getLong(0)));
            content.bytes().put(0, NativeLibraries.memory(address, content.size()), 0, content.size());
            return content;
        } finally {
            Reference.reachabilityFence(size);
        }
    }

    private void with(String name, String what, ToIntFunction<Long> action) {
        Long pointer = object.declared().get(name);
        if (pointer == null) {
            throw failed(
                    name,
                    what,
                    0,
                    "the object has no such map, only "
                            + String.join(", ", object.declared().keySet()));
        }
        int result = action.applyAsInt(pointer);
        if (result < 0) {
            throw failed(name, what, -result, null);
        }
    }

    private BpfException failed(String map, String what, int errno, @Nullable String why) {
        List<String> lines = log.forException();
        String operation = "setting of " + what + " in object " + name;
        return (errno == 0 ? BpfException.of(Reason.NOT_FOUND, operation) : BpfException.of(errno, operation))
                .map(map)
                .log(lines)
                .because(why);
    }

    /**
     * Chooses the programs that are loaded, and sets their types.
     *
     * @param loaded whether programs are loaded, by name; the object decides about the others
     * @throws BpfException if the type of a program that is loaded is unknown
     */
    private void selectPrograms(Map<String, Boolean> loaded) {
        Map<Long, ProgramSection> typed = new LinkedHashMap<>();
        for (long program : object.programs()) {
            Boolean chosen = loaded.get(LIBBPF.bpf_program__name(program));
            if (chosen != null) {
                LIBBPF.bpf_program__set_autoload(program, chosen ? 1 : 0);
            }
            boolean hasType = LIBBPF.bpf_program__type(program) != 0;
            if (LIBBPF.bpf_program__autoload(program) != 0 && (!hasType || isGiven(program))) {
                typed.put(program, section(program).orElseThrow(unknownType(program)));
            }
        }
        typed.forEach(this::setTypes);
        for (long program : object.programs()) {
            if (LIBBPF.bpf_program__autoload(program) != 0) {
                setTargetProgram(program);
            }
        }
    }

    /** Sets the program whose function another one replaces or traces. */
    private void setTargetProgram(long program) {
        String function = LIBBPF.bpf_program__name(program);
        String section = sectionName(program);
        ProgramSection row = section(program).orElse(null);
        Descriptor target = targets.of(function);
        if (target == null) {
            if (row != null && row.type() == ProgramType.EXT) {
                throw BpfException.of(Reason.WRONG_USE, "load of object " + name)
                        .because(ErrorTable.message("TARGET_IS_MISSING", function, section));
            }
            return;
        }
        if (row == null || !takesTargetProgram(row) || row.targetIn(section).isEmpty()) {
            throw BpfException.of(Reason.WRONG_USE, "load of object " + name)
                    .because(ErrorTable.message("TARGET_HAS_NO_FUNCTION", function, section));
        }
        int result = LIBBPF.bpf_program__set_attach_target(program, target.fd(), row.targetIn(section));
        if (result < 0) {
            Map<Integer, String> lacking = Map.of( // libbpf_find_prog_btf_id in libbpf.c
                    ErrnoNumbers.ENOENT,
                    "function " + row.targetIn(section) + ": bpftool btf dump prog id ID lists those that it has",
                    ErrnoNumbers.EINVAL,
                    "types (BTF), which name its functions: compile it with clang -g");
            String why = lacking.get(-result);
            throw ObjectErrors.LOAD.failed(
                    null,
                    "load of object " + name,
                    KernelAndLibbpfVersions.libbpf(),
                    -result,
                    why == null ? null : "the target of program " + function + " has no " + why,
                    log.forException());
        }
    }

    /** Whether a program of this section may replace or trace a function of another program. */
    private static boolean takesTargetProgram(ProgramSection row) {
        AttachType type = row.attachType();
        return row.type() == ProgramType.EXT || (type != null && TRACING_PROGRAMS.contains(type));
    }

    private void setTypes(long program, ProgramSection row) {
        LIBBPF.bpf_program__set_type(program, row.type().number());
        LIBBPF.bpf_program__set_expected_attach_type(program, row.attachTypeNumber());
        int flags = LIBBPF.bpf_program__flags(program);
        for (Flag flag : row.flags()) {
            flags |= KERNEL_FLAGS.getOrDefault(flag, 0);
        }
        LIBBPF.bpf_program__set_flags(program, flags);
        String target = row.targetIn(sectionName(program));
        if (row.flags().contains(Flag.TARGET_AT_LOAD)
                && !target.isEmpty()
                && row.type() != ProgramType.EXT
                && targets.of(LIBBPF.bpf_program__name(program)) == null) {
            setTarget(program, target);
        }
    }

    /** Does what libbpf does for the sections that it knows: finds the target in the kernel's BTF. */
    private void setTarget(long program, String target) {
        int result = LIBBPF.bpf_program__set_attach_target(program, 0, target);
        if (result < 0) {
            BpfException failure = ObjectErrors.LOAD.failed(
                    null,
                    "load of object " + name,
                    KernelAndLibbpfVersions.libbpf(),
                    -result,
                    null,
                    log.forException());
            closeModules();
            throw failure;
        }
    }

    /**
     * Closes the BTF of kernel modules, which libbpf has opened to search for a target. Only a load closes it, and not {@code
     * bpf_object__close} ({@code bpf_object_load} in libbpf.c, 1.1): so this loads the maps without any program.
     */
    private void closeModules() {
        for (long program : object.programs()) {
            LIBBPF.bpf_program__set_autoload(program, 0);
        }
        object.load();
    }

    private Supplier<BpfException> unknownType(long program) {
        return () -> {
            String function = LIBBPF.bpf_program__name(program);
            String section = sectionName(program);
            // A section that Nestmap knows and this libbpf does not, gives the type.
            SectionProblem problem = SectionProblem.of(section)
                    .orElseGet(() -> new SectionProblem(false, Optional.empty(), List.of(section)));
            String corrected = problem.suggestion()
                    .map(other -> "write SEC(\"" + other + "\") in C, or ")
                    .orElse("");
            String type = problem.exampleOfLoadAs();
            return BpfException.of(Reason.NOT_SUPPORTED, "load of object " + name)
                    .because(ErrorTable.message(
                            "SECTION_IS_WRONG",
                            function,
                            section,
                            KernelAndLibbpfVersions.libbpf(),
                            corrected,
                            type,
                            problem.choice()));
        };
    }

    /**
     * Explains a load that the kernel refused with EINVAL, if the reason is a section that this kernel does not know. Null if it knows all
     * of them.
     */
    @Nullable
    String unknownSection() {
        for (long program : object.programs()) {
            ProgramSection section = section(program).orElse(null);
            if (section != null && section.since() != null && !ProgramProbe.isKnown(section.name())) {
                return "this kernel does not know programs of SEC(\"" + sectionName(program) + "\"), such as "
                        + LIBBPF.bpf_program__name(program) + ": they came with Linux " + section.since();
            }
        }
        return null;
    }

    /** The section of the program with this name; empty if there is no such program. */
    String sectionOf(String program) {
        for (long candidate : object.programs()) {
            if (program.equals(LIBBPF.bpf_program__name(candidate))) {
                return sectionName(candidate);
            }
        }
        return "";
    }

    private boolean isGiven(long program) {
        return types.containsKey(LIBBPF.bpf_program__name(program));
    }

    /** The section whose type the program gets. */
    private String sectionName(long program) {
        String given = types.get(LIBBPF.bpf_program__name(program));
        return given != null ? given : LIBBPF.bpf_program__section_name(program);
    }

    private Optional<ProgramSection> section(long program) {
        return ProgramSection.of(sectionName(program));
    }
}
