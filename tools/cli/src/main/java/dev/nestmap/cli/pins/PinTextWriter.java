/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.untyped.UntypedMap;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes pins for people. */
final class PinTextWriter implements PinOutput {
    private final Console console;

    PinTextWriter(Console console) {
        this.console = console;
    }

    @Override
    public void map(Path pin, UntypedMap map, @Nullable OuterPinState state) {
        String what = state != null
                ? ", " + state.innerMaps() + " of " + NumberText.count(map.maxEntries()) + " inner maps"
                : "";
        console.line(console.bold(shown(pin)) + "  " + map.type()
                + console.dim(" id " + Integer.toUnsignedString(map.id())) + what);
    }

    @Override
    public void other(Path pin, String what, boolean isDetached, @Nullable PinOwner owner) {
        String text = SafeText.visible(what).replaceFirst(": ", "  ");
        console.line(console.bold(shown(pin)) + "  " + (isDetached ? console.yellow(text) : text));
        if (owner != null) {
            console.line("  owner: " + describe(owner));
        }
        if (isDetached) {
            console.line(
                    "  → the program counts nothing any more: its interface, control group or namespace was removed, or"
                            + " somebody detached it. If the target exists again, restart the service, which attaches the program again. If it is gone for good,"
                            + " detach() the link in the service; if the service has ended, remove this pin");
        }
    }

    @Override
    public void unreadable(Path pin) {
        console.line(console.dim(shown(pin) + "  can't be read"));
    }

    @Override
    public void beside(@Nullable OuterPinState state, @Nullable Long lostEvents) {
        if (lostEvents != null) {
            console.line("  " + NumberText.of(lostEvents, "lost event", "lost events"));
        }
        if (state != null) {
            state(state);
        }
    }

    private void state(OuterPinState state) {
        Instant drained = state.drained();
        PinOwner owner = state.owner();
        if (drained != null || owner != null) {
            console.line("  owner: " + (owner == null ? PinOwner.none() : describe(owner))
                    + (drained == null ? "" : "; last drain " + ago(Duration.between(drained, Instant.now()))));
        }
        Uncounted uncounted = state.uncounted();
        String failed = OuterPinState.describe(uncounted);
        if (uncounted != null && !failed.isEmpty()) {
            console.line(uncounted.refused() > 0 ? console.yellow("  " + failed) : "  " + failed);
        }
        OuterPinState.Requests requests = state.requests();
        if (requests != null && (requests.keys() != 0 || requests.reports() > 0 || requests.lost() > 0)) {
            console.line("  requests: "
                    + (requests.keys() < 0
                            ? "can't be read"
                            : NumberText.of(requests.keys(), "key waits", "keys wait") + " with "
                                    + NumberText.of(requests.misses(), "miss", "misses"))
                    + (requests.reports() == 0
                            ? ""
                            : ", " + NumberText.of(requests.reports(), "report", "reports") + " that nobody has stored")
                    + (requests.lost() == 0
                            ? ""
                            : ", " + NumberText.of(requests.lost(), "miss", "misses") + " lost so far"));
        }
        if (state.entries() != 0) {
            console.line("  a reboot loses "
                    + (state.entries() < 0 ? "all" : NumberText.of(state.entries(), "entry", "entries"))
                    + " in slots"
                    + (state.isDrainable() ? ": `nestmap drain` saves them to a file" : ""));
        }
    }

    @Override
    public void orphans(Path directory) {
        console.line(console.bold(shown(directory)));
    }

    @Override
    public void waiting(Path directory, List<WaitingMap> maps, boolean lacksOuter) {
        boolean retired = PinFile.RETIRED.pinOf(directory) != null;
        console.line(console.yellow("  " + NumberText.of(maps.size(), "displaced map waits", "displaced maps wait")
                + (retired
                        ? ", replaced by an upgrade"
                        : (PinFile.isGroup(directory) ? ", of another version," : "") + " to be drained")
                + (maps.size() > 1
                        ? ", the oldest for "
                                + NumberText.duration(WaitingMap.oldest(maps).toNanos())
                        : "")
                + ":"));
        maps.forEach(map -> console.line(
                "    " + SafeText.visible(String.valueOf(map.pin().getFileName())) + "  " + describe(map)));
        if (lacksOuter) {
            withoutOuter(directory);
        }
        console.line(
                retired
                        ? "  → the upgrade may be running now. If it has ended, start the service again: the service completes the upgrade,"
                                + " and its drains pass these maps, so nothing is lost"
                        : PinFile.isGroup(directory)
                                ? "  → nothing is lost: the next drain of a version that can read these maps passes them, or `nestmap drain`"
                                        + " saves them"
                                : "  → the process that owns the pin may be draining now. If it has ended, the service's next drain passes"
                                        + " these maps"
                                        + (lacksOuter || maps.stream().anyMatch(map -> map.problem() != null)
                                                ? ""
                                                : ", or `nestmap drain` saves them")
                                        + ", so nothing is lost");
    }

    private static String describe(WaitingMap map) {
        return map.problem() != null
                ? map.problem()
                : NumberText.of(map.entries(), "entry", "entries") + ", displaced " + ago(map.age());
    }

    /** If the pin of the outer map is gone, says how these maps, and the maps in its slots, are drained. */
    private void withoutOuter(Path directory) {
        Path outer = Objects.requireNonNull(PinFile.outerOf(directory), "a directory of displaced maps");
        console.line("  → nothing is pinned at " + shown(outer) + ". Start the service: it pins a new outer map"
                + (PinFile.INNERS.hasFiles(outer)
                        ? ", whose drains also pass the maps in " + shown(PinFile.INNERS.of(outer))
                        : ""));
    }

    @Override
    public void end() {}

    private static String describe(PinOwner owner) {
        Instant since = owner.since();
        return owner.description() + (since == null ? "" : ", started " + ago(Duration.between(since, Instant.now())));
    }

    private static String ago(Duration time) {
        return NumberText.duration(Math.max(0, time.toNanos())) + " ago";
    }

    private static String shown(Path path) {
        return SafeText.visible(path.toString());
    }
}
