/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.attach.AttachableProgram;
import dev.nestmap.runtime.attach.DeclaredProgram;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.load.Bindings;
import dev.nestmap.runtime.internal.load.GeneratedClass;
import dev.nestmap.runtime.internal.load.LoadedState;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A BPF object in the kernel, or its maps in memory. Closing the object closes its maps, inner maps, programs and links. Pinned links keep
 * their programs attached. Generated classes extend this class.
 *
 * <p>If you forget to close the object, and it is garbage collected, Nestmap closes its maps and programs and logs a warning. But attached programs
 * then stay attached until the process ends. As long as you keep one of the object's programs, links or borrowed handles, the object is not
 * collected.
 */
public class LoadedObject implements AutoCloseable {
    static {
        Bindings.ofObjects(object -> ((LoadedObject) object).binding);
    }

    final LoadedState binding;

    /** The maps that somebody has asked for. The constructor of a generated class asks for all that its records declare. */
    final Map<DeclaredMap<?, ?>, MapAccessor> maps = new ConcurrentHashMap<>();

    /**
     * Creates an object. Generated code calls it.
     *
     * @param binding the loaded maps and programs
     */
    protected LoadedObject(ObjectBinding binding) {
        this.binding = LoadedState.of(binding);
    }

    /**
     * Returns the object whose schema is the resource {@code META-INF/bpf/<package>/<header>.schema} beside the generated class. Generated code
     * calls it.
     *
     * @param generated the generated class
     * @param header name of the object and its header
     * @param interfaceVersion version of the interface between generated code and the runtime ({@code GeneratedCodeInterface.INTERFACE_VERSION}) when
     *     the class was generated; if the runtime has a different version, the first use fails
     * @return the object, without pins and sizes
     */
    protected static ObjectSpec spec(Class<?> generated, String header, int interfaceVersion) {
        return new GeneratedClass(generated, header, interfaceVersion);
    }

    /**
     * Finds a program.
     *
     * @param name name of the C function
     * @return the program
     * @throws BpfException if the object has no such program; the message lists its programs
     */
    public final UntypedProgram program(String name) {
        return programs().stream()
                .filter(program -> program.name().equals(name))
                .findFirst()
                .orElseThrow(() -> BpfException.of(Reason.NOT_FOUND, "search for program " + name)
                        .because(missing(name)));
    }

    /**
     * Returns a program that the records declare. Generated code calls it.
     *
     * @param program the program
     * @param <P> the kind of the program
     * @return the loaded program
     * @throws BpfException if the load left the program out, or if the maps are in memory and no {@code MemoryProgram} has this name
     */
    @SuppressWarnings("unchecked") // the load has compared the section
    public final <P> AttachableProgram<P> program(DeclaredProgram<P> program) {
        return (AttachableProgram<P>) (AttachableProgram<?>) program(program.name());
    }

    /**
     * Returns a program that the records declare and whose section names its target. Generated code calls it.
     *
     * @param program the program
     * @param <P> the kind of the program
     * @return the loaded program
     * @throws BpfException if the load left the program out, or if the maps are in memory and no {@code MemoryProgram} has this name
     */
    @SuppressWarnings("unchecked") // the load has compared the section
    public final <P> AttachableProgram.Targeted<P> program(DeclaredProgram.Targeted<P> program) {
        return (AttachableProgram.Targeted<P>) (AttachableProgram.Targeted<?>) program(program.name());
    }

    /**
     * {@return the programs, in the order of the object file; in memory, the programs that the test has defined with {@code MemoryProgram}}
     */
    public final List<UntypedProgram> programs() {
        return binding.backend().programs();
    }

    /**
     * Returns the programs of one section, in the order of the object file.
     *
     * @param section the section, as {@link Program#section} returns it: {@code xdp}, {@code tp_btf/sched_switch}
     * @return the programs; empty if the section has none
     */
    public final List<UntypedProgram> programs(String section) {
        return programs().stream()
                .filter(program -> program.section().equals(section))
                .toList();
    }

    /**
     * Registers a struct of functions (struct_ops), such as a TCP congestion control. In C, the struct is a variable in {@code
     * SEC(".struct_ops.link")} or {@code SEC(".struct_ops")}. Its functions are programs of {@code SEC("struct_ops/...")}. The kernel calls these
     * programs until the link or this object is closed. {@code SEC(".struct_ops.link")} requires Linux 6.4. A struct of {@code SEC(".struct_ops")}
     * has no link in the kernel: it can be attached only once, can't be pinned, and stays attached if the Java VM is killed.
     *
     * @param struct name of the variable in C
     * @return the link
     * @throws BpfException if the object has no such struct, if another struct with its name is attached, or if the kernel rejects the
     *     struct, for example because a function is missing
     */
    public final Link attachStructOps(String struct) {
        return binding.backend().attachStructOps(struct, null);
    }

    /**
     * Does the same as {@link #attachStructOps(String)}, and pins the link, so that the struct stays attached when this process ends. If an
     * earlier run pinned its link there, this struct replaces the old one in one step. Existing users keep the old struct: with a
     * congestion control, the existing connections.
     *
     * @param struct name of a variable in {@code SEC(".struct_ops.link")}
     * @param pin the pin of the link. A struct is always replaced in one step, so the pin's {@link LinkPin.Replacement} has no effect. If no link is
     *     pinned there, Nestmap does not search for the old link elsewhere.
     * @return the link
     * @throws BpfException if the struct can't be attached, if it has no link, if something else is pinned there, or if the kernel can't
     *     replace structs of its type; the old struct then stays attached
     */
    public final KernelLink attachStructOps(String struct, LinkPin pin) {
        return (KernelLink) binding.backend().attachStructOps(struct, Objects.requireNonNull(pin, "pin"));
    }

    /**
     * Returns a map that is declared by records. If the records belong to another object, this method compares them with the map.
     *
     * @param declared a constant of a generated class
     * @param <M> type of the handle
     * @return a borrowed handle, always the same for the same constant
     * @throws BpfException if the object has no such map, or if the map differs from its record
     */
    @SuppressWarnings("unchecked") // the declaration created the handle
    public final <M extends MapAccessor> M map(DeclaredMap<M, ?> declared) {
        return (M) maps.computeIfAbsent(declared, wanted -> {
            MapAccessor map = wanted.in(this);
            map.checkRecord();
            return map;
        });
    }

    /**
     * {@return the outer maps that the records of the generated class declare, and those that {@link #map} has returned, sorted by their names}
     */
    public final List<OuterAccessor<?, ?>> outerMaps() {
        return maps.values().stream()
                .<OuterAccessor<?, ?>>mapMulti((map, found) -> {
                    if (map instanceof OuterAccessor<?, ?> outer) {
                        found.accept(outer);
                    }
                })
                .sorted(Comparator.comparing(MapAccessor::name))
                .toList();
    }

    /**
     * Counts the old maps that wait because this version of your records can't read them. They are displaced inner maps, and plain maps with entries.
     * {@code nestmap drain} writes them to a file.
     *
     * @return the number of old maps, by name: for each outer map of {@link #outerMaps}, and for each pinned plain map that has some
     * @throws BpfException if the directory of their pins can't be read
     */
    public final Map<String, Long> keptCounts() {
        Map<String, Long> counts = new TreeMap<>();
        outerMaps().forEach(outer -> counts.merge(outer.name(), outer.keptCount(), Long::sum));
        binding.pinnedPlainMaps().forEach(map -> counts.merge(map, (long) binding.keptPlainCount(map), Long::sum));
        counts.values().removeIf(count -> count == 0);
        return counts;
    }

    /** {@return whether the maps are in the heap of this process and not in the kernel} */
    public final boolean isInMemory() {
        return binding.backend().inMemory();
    }

    /** {@return whether the object has been closed, or has failed because the heap or the stack of the Java VM was full in one of its operations} */
    public final boolean isClosed() {
        return binding.isClosed();
    }

    /**
     * Closes the object. Detaches its programs, except those with a pinned link. Invalidates all borrowed handles, waits for calls in
     * progress, and closes the maps and programs. Maps that the caller owns stay open. Does nothing if the object is closed.
     *
     * @throws BpfException at the end, if counts are lost because an outer map without a pin had displaced maps that nobody had acknowledged, or a
     *     report of misses that no listener had stored. So drain or acknowledge all maps before you close the object
     */
    @Override
    public final void close() {
        binding.close();
    }

    /**
     * Reads constants. Generated code calls it.
     *
     * @param name name in C
     * @param codec converts the record to bytes and back
     * @param <T> the record
     * @return the value that the caller passed when it loaded the object
     * @throws dev.nestmap.runtime.error.InvalidHandleException if the object has been closed
     */
    protected final <T> T constants(String name, Codec<T> codec) {
        return binding.globals().read(name, codec);
    }

    final LoadedState binding() {
        return binding;
    }

    private String missing(String program) {
        if (isInMemory()) {
            return "no BPF program runs in memory: write the program in Java, with MemoryProgram.define(object, \""
                    + program + "\", ...)";
        }
        if (binding.schema().program(program).isPresent()) {
            return "the object has this program, but it was not loaded: choose it with onlyPrograms(...) between"
                    + " open and load";
        }
        return "the object has "
                + String.join(", ", programs().stream().map(Program::name).toList());
    }
}
