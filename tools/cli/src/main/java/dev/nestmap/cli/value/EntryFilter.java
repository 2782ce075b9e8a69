/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.value;

import dev.nestmap.untyped.BtfValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Conditions for entries of inner maps. Some may be on the key of the outer map. */
public final class EntryFilter {
    /** The names of keys and values that are no structs. */
    public static final String KEY = "key";

    public static final String VALUE = "value";
    public static final String OUTER = "outer";

    private final List<FieldCondition> filters;

    /** Whether a filter compares the value of each CPU, and not their sum. */
    private final boolean perCpu;

    /** The filters whose field was found somewhere. A field that was never found is a mistake of the user. */
    private final List<FieldCondition> found;

    public EntryFilter(List<FieldCondition> filters, boolean perCpu) {
        this(filters, perCpu, new ArrayList<>());
    }

    private EntryFilter(List<FieldCondition> filters, boolean perCpu, List<FieldCondition> found) {
        this.filters = filters;
        this.perCpu = perCpu;
        this.found = found;
    }

    public boolean isEmpty() {
        return filters.isEmpty();
    }

    /**
     * The filters that remain for the entries of an inner map: those on other fields than those of the outer map's key. Null if the key
     * does not match one of those.
     */
    @Nullable
    public EntryFilter forSlot(OuterSlot slot) {
        List<FieldCondition> remaining = new ArrayList<>();
        for (FieldCondition filter : filters) {
            FieldCondition.Match match = filter.matches(List.of(slot.key()), OUTER);
            if (match == FieldCondition.Match.ABSENT) {
                remaining.add(filter);
            } else {
                found.add(filter);
                if (match == FieldCondition.Match.NO) {
                    return null;
                }
            }
        }
        return new EntryFilter(remaining, perCpu, found);
    }

    /** Whether an entry fulfils all filters. */
    public boolean accept(DecodedMapView.Row row) {
        for (FieldCondition filter : filters) {
            if (!accept(filter, row)) {
                return false;
            }
        }
        return true;
    }

    private boolean accept(FieldCondition filter, DecodedMapView.Row row) {
        boolean accepted = found(filter, filter.matches(List.of(row.key()), KEY));
        List<List<BtfValue>> values =
                perCpu ? row.values().stream().map(List::of).toList() : List.of(row.used());
        for (List<BtfValue> each : values) {
            accepted |= found(filter, filter.matches(each, VALUE));
        }
        return accepted;
    }

    private boolean found(FieldCondition filter, FieldCondition.Match match) {
        if (match != FieldCondition.Match.ABSENT && !found.contains(filter)) {
            found.add(filter);
        }
        return match == FieldCondition.Match.YES;
    }

    /** The names of fields that no key and no value has. */
    public List<String> unknown() {
        return filters.stream()
                .filter(filter -> !found.contains(filter))
                .map(FieldCondition::field)
                .toList();
    }
}
