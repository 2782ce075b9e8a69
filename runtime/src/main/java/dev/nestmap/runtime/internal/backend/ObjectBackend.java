/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.schema.program.ProgramType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Owns the raw maps, the programs and the links of one loaded object, in the kernel ({@code KernelObject}) or in memory ({@code HeapObject}
 * of the module {@code dev.nestmap.memory}). Only {@code LoadedState} closes it, after the last call of a map.
 */
public interface ObjectBackend {
    /** The object's maps by their C names. The object owns them. */
    Map<String, RawMap> maps();

    /** The sections of global variables by their names, each as an array with one entry: the bytes of the section. The object owns them. */
    default Map<String, RawMap> sections() {
        return Map.of();
    }

    /** The offsets of an object's variables in memory, by their names in C. Those in the kernel are in the object file. */
    default Map<String, Long> offsets() {
        return Map.of();
    }

    /** The object's programs, in the order of the object file. */
    List<UntypedProgram> programs();

    /**
     * Gives the kernel a struct of functions (struct_ops).
     *
     * @param pin where the link is pinned, or taken over; null for a link without a pin
     * @throws dev.nestmap.runtime.error.BpfException if there is no such struct, or the kernel rejects it
     */
    default Link attachStructOps(String struct, @Nullable LinkPin pin) {
        throw BpfException.of(Reason.NOT_SUPPORTED, "attachment of struct " + struct)
                .because(
                        "maps in memory have no programs that the kernel could call: attach a struct of an object that load()"
                                + " returned");
    }

    /**
     * Sets what is checked when a program or struct is attached.
     *
     * @param pinned the names of the pinned maps in which programs may count, by their ids. A program that uses one gets a warning when it is
     *     attached without a pinned link
     * @param unpinned the names of those that end with this object. A program that uses one can't be attached with a pinned link, unless the
     *     caller accepts the loss
     * @param check called right before the attachment, while no other process changes the link. It gets the name of the attachment, and throws
     *     if it must not be made
     */
    default void checkAttachments(Map<Integer, String> pinned, Map<Integer, String> unpinned, Consumer<String> check) {}

    /**
     * Returns the links of this object that will never run its programs again, because their targets were removed, or because another process
     * has detached them, or runs its own program with them. The kernel does not report it for all kinds of links.
     *
     * @param programs selects links by the names of their programs; one system call is made for each of them
     * @throws dev.nestmap.runtime.error.BpfException if the object is closed
     */
    default List<DetachedLink> detachedLinks(Predicate<String> programs) {
        return List.of();
    }

    /**
     * Counts the attachments of this object with which a program runs.
     *
     * @throws dev.nestmap.runtime.error.BpfException if the object is closed
     */
    default int attachments(String program) {
        return 0;
    }

    /** The ids of the maps that a program of this object uses. */
    Set<Integer> mapIdsOf(Program program);

    /** Whether a program of the object may delete entries of inner maps. */
    default boolean mayDeleteFromInnerMaps() {
        return false;
    }

    /** The factory for maps that are not in the object file. */
    MapFactory factory();

    /**
     * The factory for the inner maps of one of the object's outer maps. It creates them with the BTF types that the object defines, if
     * any.
     */
    default MapFactory inners(String outer) {
        return factory();
    }

    /**
     * Whether programs of this type may use a map like the inner maps of an outer map without the outer map. The kernel refuses some uses, but
     * it does not check them for inner maps. Its rules differ by version, so this method asks it.
     *
     * @param inner the shape of the inner maps
     * @param type a type whose programs load without a target; SYSCALL stands for all sleepable programs
     * @throws BpfException if the kernel has no answer
     */
    default boolean mayUseAlone(String outer, MapShape inner, ProgramType type) {
        return true;
    }

    /** Whether the maps are in memory instead of in the kernel. */
    boolean inMemory();

    /** The resources to free when this object has become garbage; empty if the garbage collector frees everything. */
    default Optional<Remains> remains() {
        return Optional.empty();
    }

    /** Detaches the links, then unloads the programs and closes the maps. The caller ensures that no thread is in a call of a map. */
    void close();

    /**
     * A link that will never run the program of its object again.
     *
     * @param attachment what was attached to what, for messages
     */
    record DetachedLink(String attachment, KernelLink.Info info) {}

    /**
     * The resources of a loaded object, which are freed when the object has become garbage. It must not refer to the object or its
     * programs, because they would then never become garbage.
     */
    interface Remains {
        /**
         * Closes the maps and programs, and leaves the programs attached. Waits for calls of programs that are under way.
         *
         * @return the number of attachments that stay until the process ends; empty if the object was closed before
         */
        OptionalInt close();
    }
}
