/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.tree;

import dev.nestmap.btf.MalformedMap;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.cli.value.EntryFilter;
import dev.nestmap.cli.value.OuterSlot;
import dev.nestmap.cli.value.UncountedReader;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.Schema;
import dev.nestmap.untyped.UntypedMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints maps of the running kernel as a tree: outer map, keys, inner maps, entries. */
final class MapTreeTextWriter implements TreeOutput {
    private static final String FORK = "├─ ";
    private static final String LAST = "└─ ";
    private static final String BAR = "│  ";
    private static final String GAP = "   ";

    private final Console console;
    private final EntryFilter filters;
    private final long mostSlots;
    private final long mostEntries;
    private final boolean perCpu;

    /** Where each inner map was printed, by its id. */
    private final Map<Integer, String> printed = new HashMap<>();

    private boolean first = true;
    private boolean forbidden;

    /** @param mostEntries how many entries of each map are shown; 0 to show only how full it is */
    MapTreeTextWriter(Console console, EntryFilter filters, long mostSlots, long mostEntries, boolean perCpu) {
        this.console = console;
        this.filters = filters;
        this.mostSlots = mostSlots;
        this.mostEntries = mostEntries;
        this.perCpu = perCpu;
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
    public void object(String file, Schema schema, List<MalformedMap> malformed) {
        if (schema.maps().isEmpty()) {
            console.problem(file + " declares no maps");
            return;
        }
        separate();
        new ObjectMapsTreeWriter(console, malformed).print(schema);
    }

    @Override
    public boolean end() {
        console.endProgress();
        return !forbidden;
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
        EntryTable rows = new EntryTable(console, perCpu);
        DecodedMapView.Counts counts;
        try {
            counts = view.forEach(filters, mostEntries, rows::add, read -> progress(() -> progress(view, read)));
        } catch (BpfException e) {
            forbidden |= e.reason() == Reason.NOT_PERMITTED;
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
        String failed = UncountedReader.describe(new UncountedReader(map).read());
        console.line(title(view) + ", " + NumberText.count(slots.size()) + " of " + NumberText.count(map.maxEntries())
                + (failed.isEmpty() ? "" : ", " + console.yellow(failed)));
        SlotLines lines = new SlotLines();
        for (int i = 0; i < slots.size(); i++) {
            OuterSlot slot = slots.get(i);
            EntryFilter remaining = filters.forSlot(slot);
            if (remaining != null && (lines.shown < mostSlots || !filters.isEmpty())) {
                String read = NumberText.count(i) + " of " + NumberText.count(slots.size()) + " inner maps read";
                progress(() -> read);
                inner(view, slot, byId.getOrDefault(slot.id(), List.of()), remaining, lines);
            }
        }
        console.endProgress();
        String more = filters.isEmpty() && slots.size() > lines.shown
                ? "… " + NumberText.of(slots.size() - lines.shown, "more inner map", "more inner maps")
                        + " (--limit 0 shows all)"
                : "";
        lines.end(more);
        withoutNames(view);
    }

    private void inner(
            DecodedMapView outer, OuterSlot slot, List<OuterSlot> sharing, EntryFilter remaining, SlotLines lines) {
        String place = outer.name() + " " + slot.title();
        String before = printed.get(slot.id());
        String key = console.cyan(slot.title());
        if (before != null) {
            lines.add(key + "  " + console.yellow("the same map as " + before + ", id " + id(slot.id())), null, "");
            return;
        }
        try (UntypedMap.Owned inner = slot.openIn(outer.map())) {
            if (inner == null) {
                lines.add(key + "  " + console.yellow("id " + id(slot.id()) + " is gone"), null, "");
                return;
            }
            DecodedMapView view = new DecodedMapView(inner);
            EntryTable rows = new EntryTable(console, perCpu);
            DecodedMapView.Counts counts =
                    view.forEach(remaining, mostEntries, rows::add, read -> progress(() -> progress(view, read)));
            if (remaining.isEmpty() || counts.matching() > 0) {
                printed.put(inner.id(), place);
                lines.add(
                        key + "  " + described(inner) + ", " + size(inner, counts) + shared(slot, sharing),
                        rows,
                        rest(counts));
            }
        } catch (BpfException e) {
            forbidden |= e.reason() == Reason.NOT_PERMITTED;
            lines.add(
                    key + "  " + console.yellow("id " + id(slot.id()) + ": " + SafeText.visible(e.getMessage())),
                    null,
                    "");
        }
    }

    /** Progress would spoil the screen of a pager. */
    private void progress(Supplier<String> text) {
        if (!console.isPipe()) {
            console.progress(text);
        }
    }

    /** How far the reading of one map is. */
    static String progress(DecodedMapView view, long read) {
        return view.name() + ": " + NumberText.count(read) + " of at most "
                + NumberText.count(view.map().maxEntries()) + " entries read";
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
        long more = counts.matching() - mostEntries;
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

    /** Prints each slot after reading the next one, because the line before the last slot differs. */
    private final class SlotLines {
        private int shown;
        private Runnable held = () -> {};
        private boolean lastPrinted;

        /** Adds a slot with its entries, if it has any, and a line for those that are not shown. */
        void add(String text, @Nullable EntryTable rows, String rest) {
            held.run();
            shown++;
            held = () -> print(text, rows, rest);
        }

        void end(String more) {
            if (more.isEmpty()) {
                lastPrinted = true;
                held.run();
            } else {
                held.run();
                console.line(LAST + console.dim(more));
            }
            held = () -> {};
        }

        private void print(String text, @Nullable EntryTable rows, String rest) {
            console.line((lastPrinted ? LAST : FORK) + text);
            if (rows != null) {
                rows.print(lastPrinted ? GAP : BAR, rest);
            }
        }
    }
}
