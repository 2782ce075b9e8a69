/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.entry;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.cli.value.OuterSlot;
import dev.nestmap.cli.value.OutputField;
import dev.nestmap.cli.value.TargetMapFinder;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.observe.ProgramStatistics;
import dev.nestmap.schema.MapKind;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The map whose entry a user changes: a plain map, or an inner map that the user selects with the key of its outer map. */
final class EditedMap implements AutoCloseable {
    /** {@code BPF_F_RDONLY_PROG} in {@code linux/bpf.h}: programs only read the map. */
    private static final long RDONLY_PROG = 1 << 7;

    private final UntypedMap.Owned map;
    private final DecodedMapView view;

    private EditedMap(UntypedMap.Owned map) {
        this.map = map;
        this.view = new DecodedMapView(map);
    }

    /**
     * Opens the map.
     *
     * @param target its id, its name or its pin, or those of its outer map
     * @param fields take the key of the outer map
     * @param whileProgramsWrite whether to go ahead although programs may write to the map
     */
    static EditedMap open(String target, FieldAssignments fields, boolean whileProgramsWrite) {
        List<Integer> ids = TargetMapFinder.ids(target, problem -> {});
        if (ids.size() > 1) {
            throw new CommandFailedException("there are several maps called " + SafeText.visible(target)
                    + ", with the ids " + ids + ": name one by its id or pin");
        }
        UntypedMap.Owned found = byId(ids.isEmpty() ? idOf(target) : ids.get(0));
        try {
            List<ProgramStatistics> programs = new ArrayList<>(found.programs());
            if (!found.isMapOfMaps()) {
                programs.addAll(programsOfOuters(found.id()));
            } else {
                UntypedMap.Owned inner = inner(found, fields);
                found.close();
                found = inner;
            }
            if (!isEditable(MapKind.valueOf(found.type()))) {
                throw new CommandFailedException("map " + SafeText.visible(found.name()) + " is a " + found.type()
                        + "; the command changes entries of "
                        + Arrays.stream(MapKind.values())
                                .filter(EditedMap::isEditable)
                                .map(MapKind::name)
                                .sorted()
                                .collect(Collectors.joining(", ")));
            }
            if ((found.flags() & RDONLY_PROG) == 0 && !programs.isEmpty() && !whileProgramsWrite) {
                throw new CommandFailedException(
                        "programs may write to the map, and counts that they add at this moment would be"
                                + " lost: "
                                + programs.stream()
                                        .map(program -> SafeText.visible(program.name()) + " (id "
                                                + Integer.toUnsignedString(program.id()) + ")")
                                        .collect(Collectors.joining(", "))
                                + ". Nothing was changed. If they only read this entry, pass --while-programs-write. Declare such a map"
                                + " with RDONLY_PROG, then this question does not arise");
            }
            return new EditedMap(found);
        } catch (RuntimeException e) {
            found.close();
            throw e;
        }
    }

    private static boolean isEditable(MapKind kind) {
        return kind.isCopyable() && !kind.isPerCpu();
    }

    /** The programs that reach an inner map through a slot of an outer map. The kernel lists them only for the outer map. */
    private static List<ProgramStatistics> programsOfOuters(int inner) {
        List<ProgramStatistics> programs = new ArrayList<>();
        for (int id : UntypedMap.ids()) {
            try (UntypedMap.Owned outer = known(id)) {
                if (outer != null && outer.isMapOfMaps() && OuterSlot.ids(outer).contains(inner)) {
                    programs.addAll(outer.programs());
                }
            }
        }
        return programs;
    }

    /** Null if there is no such map any more, or if Nestmap does not know its type. */
    private static UntypedMap.@Nullable Owned known(int id) {
        try {
            return UntypedMap.open(id);
        } catch (BpfException e) {
            if (e.reason() == Reason.NOT_SUPPORTED) {
                return null; // as in TargetMapFinder.forAll
            }
            throw e;
        }
    }

    private static int idOf(String target) {
        try (UntypedMap.Owned map = TargetMapFinder.open(target)) {
            return map.id();
        }
    }

    /** Opens a map for reading and writing, which its pin may not allow. */
    private static UntypedMap.Owned byId(int id) {
        UntypedMap.Owned map = UntypedMap.open(id);
        if (map == null) {
            throw new CommandFailedException("there is no map with id " + Integer.toUnsignedString(id) + " any more");
        }
        return map;
    }

    private static UntypedMap.Owned inner(UntypedMap outer, FieldAssignments fields) {
        if (!fields.hasOuter()) {
            throw new CommandFailedException("map " + SafeText.visible(outer.name())
                    + " has inner maps: select one with outer=KEY, the key of its slot");
        }
        DecodedMapView view = new DecodedMapView(outer);
        ByteString key = fields.apply(ByteString.of(new byte[outer.keySize()]), "outer", view::key, true);
        UntypedMap.Entry slot = outer.get(key);
        UntypedMap.Owned inner = slot == null ? null : outer.openInner(OuterSlot.id(slot));
        if (inner == null) {
            throw new CommandFailedException("map " + SafeText.visible(outer.name()) + " has no inner map at this key;"
                    + " `nestmap tree` shows the keys");
        }
        return inner;
    }

    ByteString key(FieldAssignments fields) {
        return fields.apply(ByteString.of(new byte[map.keySize()]), "key", view::key, true);
    }

    UntypedMap.@Nullable Entry get(ByteString key) {
        return map.get(key);
    }

    /**
     * Returns the value of an entry with new fields. Each field of a new entry needs a value.
     *
     * @param before the entry before; null if there is none
     */
    ByteString value(UntypedMap.@Nullable Entry before, FieldAssignments fields) {
        ByteString bytes = before == null ? ByteString.of(new byte[map.valueSize()]) : before.value();
        return fields.apply(bytes, "value", value -> view.value(value).get(0), before == null);
    }

    void put(ByteString key, ByteString value) {
        map.put(new UntypedMap.Entry(key, value));
    }

    boolean remove(ByteString key) {
        return map.remove(key);
    }

    /** An entry as a line. */
    String describe(ByteString key, ByteString value) {
        return OutputField.inOneLine(OutputField.of(view.key(key))) + " → "
                + OutputField.inOneLine(OutputField.of(view.value(value).get(0)));
    }

    String title() {
        return SafeText.visible(map.name()) + " id " + Integer.toUnsignedString(map.id());
    }

    @Override
    public void close() {
        map.close();
    }
}
