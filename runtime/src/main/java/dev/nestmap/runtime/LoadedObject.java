/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.load.GeneratedClass;
import dev.nestmap.runtime.internal.load.ObjectLoader;
import dev.nestmap.runtime.program.Program;
import dev.nestmap.runtime.spi.BoundObject;
import java.nio.file.Path;
import java.util.List;

/**
 * A BPF object in the kernel, or its maps in memory. It owns its maps, their inner maps, its programs and their links; all of
 * them end with it. Generated skeletons extend it.
 */
public class LoadedObject implements AutoCloseable {
    private final BoundObject binding;

    /** For generated code. */
    protected LoadedObject(BoundObject binding) {
        this.binding = binding;
    }

    /**
     * Loads an object file into the kernel, all of it or nothing. Accessors are bound to it by their {@code in} method, which
     * compares what was declared with what the file has.
     *
     * @throws BpfException when it can't be read or the kernel refuses it
     */
    public static LoadedObject load(Path object) {
        return new LoadedObject(new BoundObject(ObjectLoader.load(object)));
    }

    /**
     * Loads the object of an interface that is annotated with {@code @BpfObject}: {@code TenantFlowsBpf.load()} for code that
     * only knows {@code TenantFlows.class}.
     *
     * @throws BpfException when nothing was generated for it, with what to do; or when the object can't be loaded
     */
    public static LoadedObject load(Class<?> declaration) {
        return (LoadedObject) GeneratedClass.call(declaration, "load");
    }

    /**
     * The maps of an interface that is annotated with {@code @BpfObject}, over the heap: {@code TenantFlowsBpf.inMemory()} for
     * code that only knows {@code TenantFlows.class}.
     *
     * @throws BpfException when nothing was generated for it, with what to do
     */
    public static LoadedObject inMemory(Class<?> declaration) {
        return (LoadedObject) GeneratedClass.call(declaration, "inMemory");
    }

    /**
     * The program of this C function's name.
     *
     * @throws BpfException when there is none; the message names those that there are
     */
    public final Program program(String name) {
        return programs().stream()
                .filter(program -> program.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BpfException("search for program " + name, missing()));
    }

    /** The programs in order; none in memory. */
    public final List<Program> programs() {
        return binding.object().programs();
    }

    /** Whether its maps are in this process's heap and not in the kernel. */
    public final boolean isInMemory() {
        return binding.object().inMemory();
    }

    /** Whether it has been closed. */
    public final boolean isClosed() {
        return binding.object().isClosed();
    }

    /**
     * Ends the links, cuts off every borrowed handle, waits for calls that are under way, and lets go of maps and programs.
     * Maps that are the caller's own stay. Does nothing when it has been closed before.
     */
    @Override
    public final void close() {
        binding.object().close();
    }

    /** What accessors are made from. */
    final BoundObject binding() {
        return binding;
    }

    private String missing() {
        if (isInMemory()) {
            return "in memory there are no programs; their Java twin calls the accessors";
        }
        return "the object has "
                + String.join(", ", programs().stream().map(Program::name).toList());
    }
}
