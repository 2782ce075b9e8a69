/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.attach.AttachableProgram;
import dev.nestmap.runtime.attach.DeclaredProgram;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.MapProgram;
import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.attach.TargetedProgram;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.AutoPins;
import dev.nestmap.runtime.spi.ObjectBinding;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A BPF object in the kernel, or its maps in memory. It owns its maps, their inner maps, its programs and their links: all of them
 * are closed with it. Links that are pinned keep their programs attached. Generated classes extend it.
 *
 * <p>Its programs, links and borrowed handles keep the object from becoming garbage. If it becomes garbage without having been closed,
 * its maps and programs are closed and a warning is logged. Its programs stay attached until the process ends.
 */
public class LoadedObject implements AutoCloseable {
    private final ObjectBinding binding;
    private final Map<DeclaredMap<?, ?>, MapAccessor> maps = new ConcurrentHashMap<>();

    /**
     * Creates an object. Generated code calls it.
     *
     * @param binding the loaded maps and programs
     */
    protected LoadedObject(ObjectBinding binding) {
        this.binding = binding;
    }

    /**
     * Finds a program.
     *
     * @param name name of the C function
     * @return the program
     * @throws BpfException if the object has no such program; the message lists those that it has
     */
    public final UntypedProgram program(String name) {
        return programs().stream()
                .filter(program -> program.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BpfException("search for program " + name, missing(name)));
    }

    /**
     * Returns a program that the records declare. Generated code calls it.
     *
     * @param program the program
     * @param <P> the kind of the program
     * @return the loaded program
     * @throws BpfException if the load left the program out, or if the maps are in memory
     */
    @SuppressWarnings("unchecked") // the load has compared the section
    public final <P> AttachableProgram<P> program(DeclaredProgram<P> program) {
        return (AttachableProgram<P>) (AttachableProgram<?>) program(program.name());
    }

    /**
     * Returns a program that the records declare, and whose section names its target. Generated code calls it.
     *
     * @param program the program
     * @param <P> the kind of the program
     * @return the loaded program
     * @throws BpfException if the load left the program out, or if the maps are in memory
     */
    @SuppressWarnings("unchecked") // the load has compared the section
    public final <P> TargetedProgram<P> program(DeclaredProgram.Targeted<P> program) {
        return (TargetedProgram<P>) (TargetedProgram<?>) program(program.name());
    }

    /**
     * Returns a program for maps that the records declare. Generated code calls it.
     *
     * @param name name of the C function
     * @param <L> the link that attaching it makes
     * @return the loaded program
     * @throws BpfException if the load left the program out, or if the maps are in memory
     */
    @SuppressWarnings("unchecked") // the load has compared the section
    protected final <L extends Link> MapProgram<L> mapProgram(String name) {
        return (MapProgram<L>) program(name);
    }

    /** {@return the programs, in the order of the object file; in memory, those that {@code MemoryProgram} has
     *     defined} */
    public final List<UntypedProgram> programs() {
        return binding.state().backend().programs();
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
     * Gives the kernel a struct of functions (struct_ops), such as a congestion control of TCP: a variable in {@code
     * SEC(".struct_ops.link")} or {@code SEC(".struct_ops")}, whose functions are programs of {@code SEC("struct_ops/...")}. The kernel
     * calls them until the link or this object is closed. A struct of {@code SEC(".struct_ops")} is not a link of the kernel: it can be
     * attached only once, can't be pinned, and stays attached if the Java VM is killed. {@code SEC(".struct_ops.link")} requires Linux 6.4.
     *
     * @param struct name of the variable in C
     * @return the link
     * @throws BpfException if the object has no such struct, if another struct of its name is attached, or if the kernel rejects it, for
     *     example because it lacks a function
     */
    public final Link attachStructOps(String struct) {
        return binding.state().backend().attachStructOps(struct, null);
    }

    /**
     * Does the same as {@link #attachStructOps(String)}, and pins the link, so that the struct stays attached when this process ends. If an
     * earlier run pinned its link there, this struct replaces the old one in one step. Whatever already uses the old struct continues to use
     * it: for a congestion control, these are the existing connections.
     *
     * @param struct name of a variable in {@code SEC(".struct_ops.link")}
     * @param pin where the link is pinned. A struct is always replaced in one step, so its {@link LinkPin.Replacement} has no effect. Nestmap
     *     does not search for a link whose pin is missing.
     * @return the link
     * @throws BpfException if the struct can't be attached, if it has no link, if something else is pinned there, or if the kernel can't
     *     replace structs of its type; then the old struct stays attached
     */
    public final KernelLink attachStructOps(String struct, LinkPin pin) {
        return (KernelLink) binding.state().backend().attachStructOps(struct, Objects.requireNonNull(pin, "pin"));
    }

    /**
     * Returns a map that records declare. They may be the records of another object: then they are compared with the map.
     *
     * @param declared a constant of a generated class
     * @param <M> type of the handle
     * @return a borrowed handle, always the same for the same constant
     * @throws BpfException if the object has no such map, or if the map differs from its record
     */
    @SuppressWarnings("unchecked") // the declaration created the handle
    public final <M extends MapAccessor> M map(DeclaredMap<M, ?> declared) {
        return (M) maps.computeIfAbsent(declared, wanted -> wanted.in(this));
    }

    /**
     * {@return what happened to each pin that the object itself requests ({@code LIBBPF_PIN_BY_NAME}), in the order of its maps} It is
     * also written to the log, with level INFO.
     */
    public final List<AutoPins.Result> autoPins() {
        return binding.state().autoPins();
    }

    /** {@return whether the maps are in the heap of this process and not in the kernel} */
    public final boolean isInMemory() {
        return binding.state().backend().inMemory();
    }

    /** {@return whether the object has been closed} */
    public final boolean isClosed() {
        return binding.state().isClosed();
    }

    /**
     * Closes the object: detaches its programs unless their links are pinned, invalidates every borrowed handle, waits for calls in
     * progress, and closes its maps and programs. Maps that the caller owns stay open. Does nothing if the object is already closed.
     */
    @Override
    public final void close() {
        binding.state().close();
    }

    /**
     * Reads constants. Generated code calls it.
     *
     * @param name name in C
     * @param codec converts the record to bytes and back
     * @param <T> the record
     * @return the value that was passed when the object was loaded
     * @throws dev.nestmap.runtime.error.InvalidHandleException if the object has been closed
     */
    protected final <T> T constants(String name, Codec<T> codec) {
        return binding.state().globals().read(name, codec);
    }

    /** {@return the maps and programs, for other modules of Nestmap} */
    public final ObjectBinding binding() {
        return binding;
    }

    private String missing(String program) {
        if (isInMemory()) {
            return "no BPF program runs in memory: define it as Java code with MemoryProgram.define(object, \""
                    + program + "\", ...)";
        }
        if (binding.state().schema().program(program).isPresent()) {
            return "the object has this program, but it was not loaded: choose it with onlyPrograms(...) between"
                    + " open and load";
        }
        return "the object has "
                + String.join(", ", programs().stream().map(Program::name).toList());
    }
}
