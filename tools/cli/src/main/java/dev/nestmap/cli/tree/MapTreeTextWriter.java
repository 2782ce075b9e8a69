/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.tree;

import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.cli.value.OuterSlot;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.untyped.UntypedMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints maps of the running kernel as a tree: outer map, keys, inner maps, entries. */
final class MapTreeTextWriter implements TreeOutput {
    private static final String FORK = "├─ ";
    private static final String LAST = "└─ ";
    private static final String BAR = "│  ";
    private static final String GAP = "   ";

    private final Console console;
    private final long mostSlots;
    private final long mostEntries;

    /** Where each inner map was printed, by its id. */
    private final Map<Integer, String> printed = new HashMap<>();

    private boolean first = true;
    private boolean unreadable;

    /** @param mostEntries how many entries of each map are shown; 0 to show only how full it is */
    MapTreeTextWriter(Console console, long mostSlots, long mostEntries) {
        this.console = console;
        this.mostSlots = mostSlots;
        this.mostEntries = mostEntries;
    }

    @Override
    public void map(UntypedMap map) {
        separate();
        if (map.isMapOfMaps()) {
            outer(new DecodedMapView(map));
        } else {
            plain(new DecodedMapView(map));
        }
    }

    @Override
    public boolean end() {
        return !unreadable;
    }

    /** An empty line between two maps. */
    private void separate() {
        if (!first) {
            console.line("");
        }
        first = false;
    }

    private void plain(DecodedMapView view) {
        UntypedMap map = view.map();
        EntryTable rows = new EntryTable(console);
        DecodedMapView.Counts counts;
        try {
            counts = view.forEach(mostEntries, rows::add);
        } catch (BpfException e) {
            unreadable |= e.reason() != Reason.NOT_SUPPORTED;
            String unit = map.type().endsWith("RINGBUF") ? " bytes" : "";
            console.line(title(view) + ", at most " + NumberText.count(map.maxEntries()) + unit);
            console.line(LAST + console.yellow(SafeText.visible(e.getMessage())));
            return;
        }
        console.line(title(view) + ", " + size(map, counts));
        rows.print("", rest(counts));
        withoutNames(view);
    }

    private void outer(DecodedMapView view) {
        UntypedMap map = view.map();
        List<OuterSlot> slots = OuterSlot.of(view);
        Map<Integer, List<OuterSlot>> byId = OuterSlot.byId(slots);
        console.line(title(view) + ", " + NumberText.count(slots.size()) + " of " + NumberText.count(map.maxEntries()));
        int shown = (int) Math.min(mostSlots, slots.size());
        for (int i = 0; i < shown; i++) {
            OuterSlot slot = slots.get(i);
            inner(view, slot, byId.getOrDefault(slot.id(), List.of()), i == slots.size() - 1);
        }
        if (slots.size() > shown) {
            console.line(LAST
                    + console.dim("… " + NumberText.of(slots.size() - shown, "more inner map", "more inner maps")
                            + " (--limit 0 shows all)"));
        }
        withoutNames(view);
    }

    private void inner(DecodedMapView outer, OuterSlot slot, List<OuterSlot> sharing, boolean last) {
        String start = (last ? LAST : FORK) + console.cyan(slot.title()) + "  ";
        String before = printed.get(slot.id());
        if (before != null) {
            console.line(start + console.yellow("the same map as " + before + ", id " + id(slot.id())));
            return;
        }
        try (UntypedMap.Owned inner = slot.openIn(outer.map())) {
            if (inner == null) {
                console.line(start + console.yellow("id " + id(slot.id()) + " is gone"));
                return;
            }
            EntryTable rows = new EntryTable(console);
            DecodedMapView.Counts counts = new DecodedMapView(inner).forEach(mostEntries, rows::add);
            printed.put(inner.id(), outer.name() + " " + slot.title());
            console.line(start + described(inner) + ", " + size(inner, counts) + shared(slot, sharing));
            rows.print(last ? GAP : BAR, rest(counts));
        } catch (BpfException e) {
            unreadable |= e.reason() != Reason.NOT_SUPPORTED;
            console.line(start + console.yellow("id " + id(slot.id()) + ": " + SafeText.visible(e.getMessage())));
        }
    }

    private String shared(OuterSlot slot, List<OuterSlot> sharing) {
        if (sharing.size() < 2) {
            return "";
        }
        String others = sharing.stream()
                .filter(other -> !other.key().bytes().equals(slot.key().bytes()))
                .limit(3)
                .map(OuterSlot::title)
                .collect(Collectors.joining(", "));
        int more = sharing.size() - 4;
        return console.yellow(", shared with " + others + (more > 0 ? " and " + NumberText.count(more) + " more" : ""));
    }

    private String title(DecodedMapView view) {
        UntypedMap map = view.map();
        return console.bold(view.name()) + "  " + map.type() + console.dim(" id " + id(map.id())) + flags(map);
    }

    private String described(UntypedMap map) {
        return map.type() + console.dim(" " + SafeText.visible(map.name()) + " id " + id(map.id())) + flags(map);
    }

    private String flags(UntypedMap map) {
        return map.flags() == 0
                ? ""
                : console.dim(" " + MapFlags.expression(map.flags()).replace("BPF_F_", ""));
    }

    private static String size(UntypedMap map, DecodedMapView.Counts counts) {
        String all = NumberText.count(counts.all()) + " of " + NumberText.count(map.maxEntries());
        return counts.zeros() == 0
                ? all
                : NumberText.count(counts.all()) + ", " + NumberText.count(counts.zeros()) + " of them zero";
    }

    /** The part of a map's entries that is not shown. */
    private String rest(DecodedMapView.Counts counts) {
        long more = counts.used() - mostEntries;
        return more > 0 && mostEntries > 0
                ? "… " + NumberText.of(more, "more entry", "more entries") + " (--limit 0 shows all)"
                : "";
    }

    private void withoutNames(DecodedMapView view) {
        String why = view.withoutBtf();
        if (why != null) {
            console.problem("bytes are shown without names: " + SafeText.visible(why));
        }
    }

    /** Ids of maps have no sign in the kernel. */
    private static String id(int id) {
        return Integer.toUnsignedString(id);
    }
}
