/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.binding;

import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.load.LoadedState;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.schema.Schema;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The maps and programs of an object, and the schema of the records.
 *
 * @param state the loaded maps and programs
 * @param schema reads the maps and types that the records declare
 */
public record BoundObject(LoadedState state, Supplier<Schema> schema) implements ObjectBinding {
    /**
     * Creates an instance of a generated class.
     *
     * @param state the loaded maps and programs; closed if the constructor fails
     * @param schema reads the maps and types that the records declare
     * @param constructor creates the generated class
     * @param <T> the generated class
     * @return the instance
     */
    public static <T> T create(LoadedState state, Supplier<Schema> schema, Function<ObjectBinding, T> constructor) {
        try (Undo undo = new Undo(state::close)) {
            return undo.commit(constructor.apply(new BoundObject(state, schema)));
        }
    }

    /** Returns what is behind a binding. */
    public static BoundObject of(ObjectBinding binding) {
        return (BoundObject) binding;
    }

    /** The names of the streams whose lost events programs count. */
    public Set<String> countedStreams() {
        return state.countedStreams();
    }

    /** Reads how many events programs could not write to such a stream. */
    public long lostEvents(String stream) {
        return Objects.requireNonNullElse(state.map(stream).lostEvents(), 0L);
    }

    /** The names of the pinned plain maps, beside which maps of other versions may wait. */
    public Set<String> pinnedPlainMaps() {
        return state.plainGroups().keySet();
    }

    /** Counts the maps of other versions that wait beside a pinned plain map. */
    public int keptPlainCount(String map) {
        return Objects.requireNonNull(state.plainGroups().get(map), map).countUnreadable();
    }

    /**
     * Counts the links of a program that will never run it again.
     *
     * @throws dev.nestmap.runtime.error.BpfException if the object is closed
     */
    public long detachedLinks(String program) {
        return state.backend().detachedLinks(program::equals).size();
    }

    /**
     * Counts the attachments of this object with which a program runs.
     *
     * @throws dev.nestmap.runtime.error.BpfException if the object is closed
     */
    public int attachments(String program) {
        return state.backend().attachments(program);
    }

    @Override
    public BoundMap map(String name) {
        return new BoundMap(name, state, schema);
    }
}
