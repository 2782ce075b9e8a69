/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.runtime.BatchException;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.DrainException;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.schema.KeyRequestMaps;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.BtfValue;
import dev.nestmap.untyped.UntypedMap;
import dev.nestmap.untyped.UntypedOuterMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Drains a pinned outer map into a file. It acknowledges a map after the map's line is on the disk. A map that comes again, because an earlier
 * process was killed between the two, is acknowledged without a second line.
 */
final class OuterDrain implements AutoCloseable {
    /** The inner maps that share a grace period and a write to the disk. At least 64 displaced maps may wait in an outer map. */
    private static final int AT_ONCE = 64;

    /** The most failures in a message. */
    private static final int MOST_FAILURES = 8;

    private final UntypedOuterMap outer;
    private final Path pin;
    private final DrainFile file;

    /** The name of the map in C, of which the kernel keeps only 15 characters. */
    private final String name;

    /** Whether the outer map holds tables of missed keys. */
    private final boolean isRequests;

    /** Why maps were not saved, by key. */
    private final Map<ByteString, String> failures = new LinkedHashMap<>();

    /** The identities of the maps that this run has passed, each once. */
    private final Set<String> passed = new HashSet<>();

    /** Why the file can't be written; null if it can. */
    private @Nullable IOException outputFailure;

    private long maps;
    private long entries;
    private long unsafeMaps;
    private long unsafeEntries;
    private long known;

    private OuterDrain(UntypedOuterMap outer, Path pin, DrainFile file, @Nullable OuterDrain requested) {
        this.outer = outer;
        this.pin = pin;
        this.file = file;
        this.name = requested == null ? outer.name() : requested.name + KeyRequestMaps.REQUESTS_SUFFIX;
        this.isRequests = requested != null;
    }

    /**
     * Opens an outer map.
     *
     * @param machine the name of the machine in identities; null for its id
     * @param requested the outer map of whose missed keys this one holds tables; null if it holds counts
     * @throws CommandFailedException if a process owns the slots, or if nothing is pinned there
     */
    static OuterDrain open(Path pin, @Nullable String machine, DrainFile file, @Nullable OuterDrain requested) {
        PinOwner owner = PinOwner.of(pin);
        if (owner != null) {
            throw new CommandFailedException(owner.description() + " owns the pins beside "
                    + SafeText.visible(pin.toString())
                    + " and drains them itself; nothing was changed. End it first, or let it drain");
        }
        UntypedOuterMap outer = UntypedOuterMap.openForOwner(pin, machine);
        if (outer == null) {
            throw new CommandFailedException("nothing is pinned at " + SafeText.visible(pin.toString()) + " any more");
        }
        if (!SavedEntries.canRead(outer.innerType())) {
            outer.close();
            throw new CommandFailedException(
                    "the inner maps of " + SafeText.visible(pin.toString()) + " are of type "
                            + outer.innerType()
                            + ", whose entries can't be saved to a file. Nothing was changed; to drain the others, name their pins");
        }
        return new OuterDrain(outer, pin, file, requested);
    }

    /**
     * Becomes the owner of the slots.
     *
     * @throws RuntimeException if another process is the owner, or if the counts of the maps in the slots would not be complete
     */
    void own() {
        outer.own();
        String inexactness = outer.inexactness();
        if (inexactness != null) {
            throw new CommandFailedException(
                    "the maps in the slots of " + SafeText.visible(pin.toString())
                            + " can't be drained from outside: " + inexactness
                            + ". Their service can drain them, with expert().unchecked(). Nothing was changed; to drain the others, name their pins");
        }
    }

    /**
     * Saves the waiting maps, and then what the slots hold. Continues with the other maps if one can't be saved, which then waits. A slot whose
     * earlier map can't be saved keeps its map, so that at most one map of each key waits.
     *
     * @param keepsSlots whether empty maps take over the slots, and settings stay in them; otherwise the slots become empty
     * @throws CommandFailedException in the end, with the keys that have failed
     * @throws IOException at once if the file can't be written, because nothing can be saved then
     */
    void run(boolean keepsSlots) throws IOException {
        int all;
        try {
            all = save(keepsSlots);
        } catch (BpfException e) {
            throw new CommandFailedException("not all maps of " + SafeText.visible(pin.toString()) + " were saved: "
                    + e.getMessage() + (failures.isEmpty() ? "" : ". Before that, these failed: " + shownFailures()));
        }
        if (!failures.isEmpty()) {
            throw new CommandFailedException(failures.size() + " of " + NumberText.of(all, "key", "keys") + " of "
                    + SafeText.visible(pin.toString())
                    + " failed, and all other maps were saved. What was not saved keeps its counts, and the next run tries it again: "
                    + shownFailures());
        }
    }

    /** Returns the number of keys. */
    private int save(boolean keepsSlots) throws IOException {
        drainWaiting();
        Set<ByteString> keys = new LinkedHashSet<>(keepsSlots && isOfSettings() ? Set.of() : outer.keys());
        List<ByteString> free =
                keys.stream().filter(key -> !failures.containsKey(key)).toList();
        for (int i = 0; i < free.size(); i += AT_ONCE) {
            List<ByteString> some = free.subList(i, Math.min(free.size(), i + AT_ONCE));
            try {
                save(keepsSlots ? outer.rotateAll(some) : outer.takeAll(some));
            } catch (BatchException e) {
                List<ByteString> failed = e.failedKeys(ByteString.class);
                for (int at = 0; at < failed.size(); at++) {
                    failures.putIfAbsent(failed.get(at), text(e.failures().get(at)));
                }
                drainWaiting(); // the maps of the other keys
            }
        }
        keys.addAll(failures.keySet());
        return keys.size();
    }

    private String shownFailures() {
        return failures.entrySet().stream()
                        .limit(MOST_FAILURES)
                        .map(failure -> "key " + key(failure.getKey()) + ": " + failure.getValue())
                        .collect(Collectors.joining("; "))
                + (failures.size() > MOST_FAILURES ? "; …" : "");
    }

    private BtfValue key(ByteString bytes) {
        BtfValue key = null;
        try {
            key = outer.decodeKey(bytes);
        } catch (BpfException e) {
            // The bytes are named.
        }
        return key == null ? BtfValue.untyped(bytes) : key;
    }

    private static String text(Throwable failure) {
        return failure instanceof BpfException || failure instanceof CommandFailedException
                ? String.valueOf(failure.getMessage())
                : failure.toString();
    }

    /** Passes each waiting map once. A drain of the runtime ends after some failures in a row, and the next one begins with other maps. */
    private void drainWaiting() throws IOException {
        int before;
        do {
            before = passed.size() + failures.size();
            try {
                outer.drainWaiting(map -> {
                    if (outputFailure != null) {
                        throw outputFailure; // whatever comes after it
                    }
                    try {
                        write(map);
                        sync();
                    } catch (IOException e) {
                        outputFailure = e;
                        throw e;
                    }
                });
                return;
            } catch (DrainException e) {
                if (outputFailure != null) {
                    throw outputFailure;
                }
                for (DrainException failure : e.failures()) {
                    Throwable cause = Objects.requireNonNullElse(failure.getCause(), failure);
                    ByteString key = (ByteString) Objects.requireNonNull(failure.key(), "each key is bytes");
                    failures.putIfAbsent(key, text(cause));
                }
            }
        } while (passed.size() + failures.size() > before);
    }

    private void save(List<Displaced<ByteString, UntypedMap>> displaced) throws IOException {
        List<Displaced<ByteString, UntypedMap>> written = new ArrayList<>();
        try {
            for (Displaced<ByteString, UntypedMap> map : displaced) {
                try {
                    write(map);
                    written.add(map);
                } catch (RuntimeException e) {
                    failures.putIfAbsent(map.key(), text(e));
                }
            }
            sync();
            for (Displaced<ByteString, UntypedMap> map : written) {
                try {
                    map.acknowledge();
                } catch (RuntimeException e) { // the next command finds its line
                    failures.putIfAbsent(map.key(), text(e));
                }
            }
        } finally {
            displaced.forEach(Displaced::close); // what was not acknowledged waits
        }
    }

    private void write(Displaced<ByteString, UntypedMap> displaced) throws IOException {
        MapIdentity identity = displaced.identity();
        if (!passed.add(identity.text())) {
            throw new CommandFailedException("the map has failed before");
        }
        if (file.contains(identity.text())) {
            known++;
            return;
        }
        long[] written = {0};
        if (file.append(identity.text(), out -> {
            written[0] = write(displaced, identity, out);
            return written[0] >= 0;
        })) {
            unsafeMaps++;
            unsafeEntries += written[0];
        }
    }

    private void sync() throws IOException {
        file.sync();
        maps += unsafeMaps;
        entries += unsafeEntries;
        unsafeMaps = 0;
        unsafeEntries = 0;
    }

    /** Writes the line of a map. Returns the number of its entries; -1 if the map has nothing to save. */
    private long write(Displaced<ByteString, UntypedMap> displaced, MapIdentity identity, Consumer<String> out) {
        String holds = isRequests ? "misses" : isOfSettings() ? "map" : "counts";
        JsonWriter json = SavedEntries.begin(out, identity.text(), pin, name, holds);
        BtfValue key = outer.decodeKey(displaced.key());
        SavedEntries.writeSlot(json, key == null ? BtfValue.untyped(displaced.key()) : key, identity.takenOut());
        SavedEntries.writeClocks(json);
        long written = SavedEntries.write(json, displaced.map());
        // After the entries: the scan shows whether the map was full.
        Long refused = displaced.refused();
        if (refused != null) {
            json.name("refused").value(refused);
        }
        SavedEntries.writeDoubts(json, displaced.doubts());
        json.endObject();
        return written > 0 || (refused != null && refused > 0) ? written : -1;
    }

    /** Whether programs can't write to the inner maps. They lose what is no longer in a slot. */
    boolean isOfSettings() {
        return outer.holdsSettings();
    }

    Path pin() {
        return pin;
    }

    /** The number of maps that have a new line. */
    long maps() {
        return maps;
    }

    /** The entries in these lines. */
    long entries() {
        return entries;
    }

    /** The number of maps that had a line already. */
    long known() {
        return known;
    }

    @Override
    public void close() {
        outer.close();
    }
}
