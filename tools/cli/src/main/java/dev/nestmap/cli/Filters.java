/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.untyped.BtfValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Conditions that an entry of an inner map must fulfil. Some may be on the key of the outer map. */
final class Filters {
    /** The names of keys and values that are no structs. */
    static final String KEY = "key";

    static final String VALUE = "value";
    static final String OUTER = "outer";

    private final List<Filter> filters;

    /** The filters whose field was found somewhere. A field that was never found is a mistake of the user. */
    private final List<Filter> found;

    Filters(List<Filter> filters) {
        this(filters, new ArrayList<>());
    }

    private Filters(List<Filter> filters, List<Filter> found) {
        this.filters = filters;
        this.found = found;
    }

    boolean isEmpty() {
        return filters.isEmpty();
    }

    /**
     * The filters that remain for the entries of an inner map: those on other fields than those of the outer map's key. Null if the key
     * does not match one of those.
     */
    @Nullable
    Filters forSlot(@Nullable BtfValue outerKey) {
        List<Filter> remaining = new ArrayList<>();
        for (Filter filter : filters) {
            Filter.Match match = outerKey == null ? Filter.Match.ABSENT : filter.matches(outerKey, OUTER);
            if (match == Filter.Match.ABSENT) {
                remaining.add(filter);
            } else {
                found.add(filter);
                if (match == Filter.Match.NO) {
                    return null;
                }
            }
        }
        return new Filters(remaining, found);
    }

    /** Whether an entry fulfils all filters. For a per-CPU map, whether the value of one CPU does. */
    boolean accept(MapView.Row row) {
        for (Filter filter : filters) {
            if (!accept(filter, row)) {
                return false;
            }
        }
        return true;
    }

    private boolean accept(Filter filter, MapView.Row row) {
        boolean accepted = row.keyFields() != null && found(filter, filter.matches(row.keyFields(), KEY));
        for (BtfValue value : row.valueFields()) {
            accepted |= found(filter, filter.matches(value, VALUE));
        }
        return accepted;
    }

    private boolean found(Filter filter, Filter.Match match) {
        if (match != Filter.Match.ABSENT && !found.contains(filter)) {
            found.add(filter);
        }
        return match == Filter.Match.YES;
    }

    /** The names of fields that no key and no value has. */
    List<String> unknown() {
        return filters.stream()
                .filter(filter -> !found.contains(filter))
                .map(Filter::field)
                .toList();
    }
}
