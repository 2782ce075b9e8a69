/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.btf.Architecture;
import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.kernel.attach.PinnedLinkAttacher;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.VariablePlace;
import dev.nestmap.schema.program.SectionProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An object file, and the caller's settings for its load. */
public final class LoadSettings {
    private final String object;
    private final byte[] elf;
    private final ObjectFile content;
    private final Map<String, VariablePlace> variables;
    private @Nullable GeneratedClass generated;

    /** Read once: at the end of a load, this process may have no descriptor to spare. */
    private @Nullable Schema schema;

    private final List<DeclaredPin> pins;
    private final List<LoadPlan.Write> globals = new ArrayList<>();
    private PinOptions pinOptions = PinOptions.defaults();
    private boolean hasAutoPins = true;
    private Set<String> selected = Set.of();
    private boolean loadsOnlySelected;
    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, Integer> targets = new LinkedHashMap<>();
    private @Nullable Path kernelTypes;
    private final List<Takeover> takeovers = new ArrayList<>();

    /**
     * A program that replaces the program of an earlier run after the load.
     *
     * @param program name of the C function
     */
    record Takeover(String program, Hook<? super Hook.AnyKind, ? extends KernelLink> hook, LinkPin pin) {}

    /**
     * Reads the declarations in an object file.
     *
     * @param name its path or the name of its resource, for messages
     * @param elf the whole file, which is not copied
     * @param generated what the records declare; null for an object without records
     * @param pins the pins that the records declare
     * @throws BpfException if the file can't be read
     */
    public LoadSettings(String name, byte[] elf, @Nullable GeneratedClass generated, List<DeclaredPin> pins) {
        this.object = name;
        this.elf = elf;
        this.content = parse(name, elf);
        this.variables = content.variables().stream().collect(Collectors.toMap(VariablePlace::name, place -> place));
        this.generated = generated;
        this.pins = List.copyOf(pins);
    }

    /**
     * Opens an object file without records.
     *
     * @throws BpfException if it can't be read
     */
    public static LoadSettings of(Path file) {
        return new LoadSettings(file.toString(), read(file), null, List.of());
    }

    /**
     * Reads the bytes of an object file.
     *
     * @throws BpfException if it can't be read
     */
    public static byte[] read(Path object) {
        try {
            return Files.readAllBytes(object);
        } catch (NoSuchFileException e) {
            throw BpfException.of(Reason.NOT_FOUND, "reading of object " + object)
                    .cause(e)
                    .because("there is no file " + object.toAbsolutePath().normalize()
                            + ": check the path, and compile the object first");
        } catch (IOException e) {
            int errno = ErrnoNumbers.of(e);
            String explanation = errno == 0 ? e.toString() : null;
            throw BpfException.of(errno, "reading of object " + object).cause(e).because(explanation);
        }
    }

    private static ObjectFile parse(String name, byte[] elf) {
        try {
            return ObjectFile.parse(name, elf);
        } catch (MalformedObjectException e) {
            String reason = "the file can't be read: " + e.getMessage()
                    + ". Nestmap reads objects that nestmap-maven-plugin compiles, or clang -g -O2 -target bpf";
            throw BpfException.of(Reason.WRONG_USE, "load of object " + name)
                    .cause(e)
                    .because(reason);
        }
    }

    /** Replaces the sizes that records leave to load time by those of other settings. */
    public void resize(GeneratedClass sized) {
        if (generated != null) {
            generated = generated.withSizes(sized.sizes());
            schema = null;
        }
    }

    /** Sets the first value of a variable that a record declares. */
    public <V> void initialize(String variable, Codec<V> codec, V value) {
        if (generated != null) {
            generated = generated.initial(variable, codec, value);
        }
    }

    private void set(GlobalField global, byte[] value) {
        globals.add(new LoadPlan.Write(global.place().section(), global.place().offset(), value));
    }

    /**
     * Sets the first value of a number, or of a field that is a number.
     *
     * @throws BpfException if the object has no such variable
     * @throws IllegalArgumentException if the value does not fit
     */
    public void set(String global, long value) {
        GlobalField field = global(global);
        set(field, field.bytes(value));
    }

    /** Sets all bytes of the first value. */
    public void set(String global, byte[] value) {
        GlobalField field = global(global);
        set(field, field.bytes(value));
    }

    private GlobalField global(String name) {
        return GlobalField.of(content.schema(), variables, object, name);
    }

    /**
     * Chooses the programs to load. The verifier never sees the others, so they may need what this kernel lacks.
     *
     * @param names names of C functions
     * @param only whether to load these and no others; false for all but these
     * @throws BpfException if the object has no program with one of these names
     */
    public void select(List<String> names, boolean only) {
        names.forEach(name -> requireProgram("selection of program " + name, name));
        selected = Set.copyOf(names);
        loadsOnlySelected = only;
    }

    /**
     * Gives a program the type of a section that libbpf knows.
     *
     * @throws BpfException if the object has no program with this name
     * @throws IllegalArgumentException if libbpf does not know the section
     */
    public void loadAs(String program, String section) {
        requireProgram("choice of a type for program " + program, program);
        SectionProblem.ofGiven(section).ifPresent(problem -> {
            throw new IllegalArgumentException("program " + program + " can't be loaded as \"" + section + "\": "
                    + problem.reason()
                    + problem.suggestion()
                            .map(other -> "; write \"" + other + "\"")
                            .orElse("; use a section that libbpf knows, such as \"xdp\""));
        });
        types.put(program, section);
    }

    /**
     * Gives a program another program as its target, by the id of that one.
     *
     * @throws BpfException if the object has no program with this name
     */
    public void target(String program, int target) {
        requireProgram("choice of a target for program " + program, program);
        targets.put(program, target);
    }

    /**
     * Takes the kernel's types from a file.
     *
     * @throws BpfException if it can't be read
     */
    public void kernelTypes(Path file) {
        if (!Files.isReadable(file)) {
            throw BpfException.of(Reason.NOT_FOUND, "load of object " + object)
                    .because("the file with the kernel's types can't be read: "
                            + file.toAbsolutePath().normalize());
        }
        kernelTypes = file;
    }

    private void requireProgram(String operation, String name) {
        List<String> existing =
                content.programs().stream().map(ProgramDef::name).toList();
        if (!existing.contains(name)) {
            throw BpfException.of(Reason.NOT_FOUND, operation)
                    .because("object " + object + " has no such program, only " + String.join(", ", existing));
        }
    }

    /**
     * Attaches a program after the load, in place of the program of an earlier run.
     *
     * @throws BpfException if the object has no program with this name, or if its link could not be pinned and taken over
     */
    public void attach(String program, Hook<? super Hook.AnyKind, ? extends KernelLink> hook, LinkPin pin) {
        String operation = "attachment of program " + program + " to " + hook.target();
        requireProgram(operation, program);
        PinnedLinkAttacher.requirePossible(operation, hook, pin);
        takeovers.add(new Takeover(program, hook, pin));
    }

    /**
     * The programs to attach after the load.
     *
     * @throws BpfException if one of them is not loaded
     */
    List<Takeover> takeovers() {
        List<String> loaded = content.programs().stream()
                .filter(this::loads)
                .map(ProgramDef::name)
                .toList();
        for (Takeover takeover : takeovers) {
            if (!loaded.contains(takeover.program())) {
                throw BpfException.of(
                                Reason.WRONG_USE,
                                "attachment of program " + takeover.program() + " to "
                                        + takeover.hook().target())
                        .because("the program is not loaded: choose it with onlyPrograms(...), or don't attach it");
            }
        }
        return takeovers;
    }

    /** Sets the directory, the permissions and the owner of pins that the records declare. */
    public void pins(PinOptions options) {
        pinOptions = options;
    }

    /** The maps and types that the records declare; those of the object if it has no records. */
    public Schema schema() {
        Schema known = schema;
        if (known == null) {
            known = generated == null ? content.schema() : generated.schema();
            schema = known;
        }
        return known;
    }

    /** Ignores the pins that the object declares. */
    public void withoutAutoPins() {
        hasAutoPins = false;
    }

    boolean hasAutoPins() {
        return hasAutoPins;
    }

    /** The path of the object file or the name of its resource, for messages. */
    String name() {
        return object;
    }

    /** The whole object file. */
    byte[] elf() {
        return elf;
    }

    /** The declarations in the object file. */
    ObjectFile content() {
        return content;
    }

    /** What the records declare; null for an object without records. */
    @Nullable
    GeneratedClass generated() {
        return generated;
    }

    List<DeclaredPin> pins() {
        return pins;
    }

    /** Whether the caller has chosen a directory of pins. */
    boolean namesPins() {
        return !pinOptions.root().equals(PinOptions.defaults().root());
    }

    PinOptions pinOptions() {
        return pinOptions;
    }

    /** Where the global variables are, by their names in C. */
    Map<String, VariablePlace> variables() {
        return variables;
    }

    /** Whether a program is loaded. */
    boolean loads(ProgramDef program) {
        boolean isSelected = selected.contains(program.name());
        return loadsOnlySelected ? isSelected : program.isLoadedByDefault() && !isSelected;
    }

    /** Rejects an object that has the registers of another architecture than this machine's: its programs would count wrong values. */
    private void requireArchitecture() {
        Architecture here = Architecture.ofThisMachine().orElse(null);
        content.architecture().filter(built -> built != here).ifPresent(built -> {
            throw BpfException.of(Reason.MISMATCH, "load of object " + object)
                    .because(ErrorTable.message(
                            "OTHER_REGISTERS", built, System.getProperty("os.arch"), here == null ? "..." : here));
        });
    }

    /**
     * Returns a plan with the initial values of variables and the choice of programs, to which the load adds the maps.
     *
     * @throws BpfException if the records require a value that was not set, or if the object was compiled for another architecture
     */
    LoadPlan plan() {
        requireArchitecture();
        LoadPlan plan = new LoadPlan(kernelTypes);
        if (generated != null) {
            requireValues(generated);
            generated.values().forEach((name, bytes) -> {
                VariablePlace place =
                        Objects.requireNonNull(variables.get(name), () -> "the object has no variable " + name);
                plan.writes().add(new LoadPlan.Write(place.section(), place.offset(), bytes));
            });
        }
        plan.writes().addAll(globals);
        content.lookupAgain()
                .ifPresent(place ->
                        plan.singleLookups().add(new LoadPlan.Write(place.section(), place.offset(), new byte[1])));
        content.programs().stream()
                .filter(program -> loads(program) != program.isLoadedByDefault())
                .forEach(program -> plan.programs().put(program.name(), loads(program)));
        schema().programs().stream()
                .filter(program -> !program.loadAs().isEmpty())
                .forEach(program -> plan.programTypes().put(program.name(), program.loadAs()));
        plan.programTypes().putAll(types);
        plan.targets().putAll(targets);
        return plan;
    }

    private void requireValues(GeneratedClass records) {
        List<String> missing = records.required().stream()
                .filter(variable -> !records.values().containsKey(variable))
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            throw BpfException.of(Reason.WRONG_USE, "load of object " + object)
                    .because(
                            "no value was set for " + String.join(", ", missing)
                                    + ", which the records require: between open and load, call the opened object's method for each");
        }
    }
}
