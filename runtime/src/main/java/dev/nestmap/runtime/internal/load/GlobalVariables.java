/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.open.MapMemory;
import dev.nestmap.runtime.internal.open.ObjectFailure;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.internal.open.SharedVariable;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.VariablePlace;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The global variables of a loaded object. */
public final class GlobalVariables {
    /** The only key of a section's map. */
    private static final int KEY = 0;

    private final String object;
    private final Map<String, VariablePlace> places;
    private final Map<String, OpenMap> sections = new LinkedHashMap<>();
    private final Map<String, MapMemory> memories = new HashMap<>();

    /**
     * @param object name of the object, for messages
     * @param places where its variables are, by their names in C
     * @param failure shared by all maps of the object
     */
    GlobalVariables(
            String object, Map<String, RawMap> sections, Map<String, VariablePlace> places, ObjectFailure failure) {
        this.object = object;
        this.places = Map.copyOf(places);
        sections.forEach((name, raw) -> this.sections.put(name, new OpenMap(name, raw, failure)));
    }

    /**
     * Maps the memory of a variable. All variables of a section share the mapping, which ends when this is revoked.
     *
     * @throws BpfException if there is no such variable, or the kernel can't map it
     */
    public synchronized SharedVariable share(String name) {
        VariablePlace place = place(name);
        MapMemory memory = memories.computeIfAbsent(place.section(), section -> map(section(place)));
        return new SharedVariable(place.name(), memory, Math.toIntExact(place.offset()));
    }

    private MapMemory map(OpenMap section) {
        String operation = "mapping of section " + section.shape().name() + " of object " + object;
        if ((section.shape().flags() & MapFlags.MMAPABLE) == 0) {
            throw BpfException.of(Reason.WRONG_USE, operation)
                    .because(
                            "libbpf made its map without BPF_F_MMAPABLE, because all variables of the section are static or __hidden:"
                                    + " remove __hidden from the variables that records declare");
        }
        try {
            return new MapMemory(section, /* writable */ true);
        } catch (BpfException e) {
            if (e.errnoNumber() != ErrnoNumbers.ENOTSUPP) {
                throw e;
            }
            throw BpfException.of(e.errnoNumber(), operation)
                    .cause(e)
                    .because(ErrorTable.message("UNSHARED_FIELD", "another variable of the section"));
        }
    }

    /**
     * Reads a variable, not atomically.
     *
     * @throws BpfException if there is no such variable
     */
    public <T> T read(String name, Codec<T> codec) {
        VariablePlace place = place(name);
        OpenMap section = section(place);
        int valueAt = Alignment.align(Integer.BYTES);
        try (Scratch scratch = Scratch.take(valueAt + section.shape().valueSize())) {
            scratch.block().bytes().putInt(0, KEY);
            int result = section.lookup(scratch.block(), 0, valueAt);
            if (result < 0) {
                throw MapOperation.LOOKUP.failed(section.shape(), KEY, result);
            }
            int at = valueAt + Math.toIntExact(place.offset());
            return EntryDecoder.value(
                    section.shape().withName(place.name()),
                    codec,
                    scratch.block().bytes(),
                    at);
        }
    }

    /** The handles to the sections. */
    Collection<OpenMap> sections() {
        return sections.values();
    }

    /** Ends all uses of the variables. */
    void revoke(Cleanup cleanup, String reason) {
        cleanup.each(sections.values(), section -> section.revoke(reason)).each(mapped(), MapMemory::close);
    }

    /** The memories. Waits for a thread that has mapped one and not added it yet. After a revocation, no thread adds another one. */
    private synchronized List<MapMemory> mapped() {
        return List.copyOf(memories.values());
    }

    private VariablePlace place(String name) {
        return Optional.ofNullable(places.get(name))
                .orElseThrow(() -> BpfException.of(Reason.NOT_FOUND, "binding of variable " + name)
                        .because("object " + object + " has no such variable; its variables are "
                                + String.join(", ", places.keySet())));
    }

    private OpenMap section(VariablePlace place) {
        OpenMap section = sections.get(place.section());
        if (section == null) {
            throw BpfException.of(Reason.NOT_FOUND, "binding of variable " + place.name())
                    .because("libbpf made no map of section " + place.section() + " of object " + object);
        }
        return section;
    }
}
