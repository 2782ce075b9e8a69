/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.untyped.UntypedMap;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes pins for scripts: an array, in which each pin of an outer map is followed by the displaced maps that wait beside it. */
final class PinJsonWriter implements PinOutput {
    private final JsonWriter json;

    PinJsonWriter(Console console) {
        this.json = new JsonWriter(console::print).beginArray();
    }

    @Override
    public void map(Path pin, UntypedMap map, @Nullable OuterPinState state) {
        begin(pin, state == null ? "map" : "outer")
                .name("type")
                .value(map.type())
                .name("name")
                .value(map.name())
                .name("id")
                .value(Integer.toUnsignedLong(map.id()))
                .name("maxEntries")
                .value(map.maxEntries());
        if (state != null) {
            state(state);
        }
        json.endObject();
    }

    private JsonWriter begin(Path pin, String kind) {
        return json.beginObject().name("pin").value(pin.toString()).name("kind").value(kind);
    }

    private void state(OuterPinState state) {
        owner(state.owner());
        json.name("lastDrain").value(text(state.drained()));
        json.name("innerMaps").value(state.innerMaps());
        if (state.entries() >= 0) {
            json.name("entries").value(state.entries());
        }
        Uncounted uncounted = state.uncounted();
        if (uncounted != null) {
            json.name("refused").value(uncounted.refused());
            json.name("full").value(uncounted.full());
            json.name("unknownKey").value(uncounted.unknownKey());
        }
        OuterPinState.Requests requests = state.requests();
        if (requests != null) {
            json.name("requests").beginObject();
            if (requests.keys() >= 0) {
                json.name("keys").value(requests.keys()).name("misses").value(requests.misses());
            }
            json.name("reports")
                    .value(requests.reports())
                    .name("lost")
                    .value(requests.lost())
                    .endObject();
        }
    }

    private void owner(@Nullable PinOwner owner) {
        json.name("owner");
        if (owner == null) {
            json.value((String) null);
            json.name("ownerKnown").value(PinOwner.seesAllProcesses()); // otherwise it may have one
            return;
        }
        json.beginObject()
                .name("process")
                .value(owner.process())
                .name("command")
                .value(owner.command())
                .name("since")
                .value(text(owner.since()))
                .name("container")
                .value(owner.container().isEmpty() ? null : owner.container())
                .endObject();
    }

    @Override
    public void other(Path pin, String what, boolean isDetached, @Nullable PinOwner owner) {
        int colon = what.indexOf(": ");
        begin(pin, colon < 0 ? what : what.substring(0, colon))
                .name("name")
                .value(colon < 0 ? "" : what.substring(colon + 2));
        if (isDetached) {
            json.name("detached").value(true);
        }
        owner(owner);
        json.endObject();
    }

    @Override
    public void unreadable(Path pin) {
        begin(pin, "unreadable").endObject();
    }

    @Override
    public void beside(@Nullable OuterPinState state, @Nullable Long lostEvents) {}

    @Override
    public void orphans(Path directory) {}

    @Override
    public void waiting(Path directory, List<WaitingMap> maps, boolean lacksOuter) {
        for (WaitingMap map : maps) {
            begin(map.pin(), map.isRetired() ? "retired" : "waiting");
            if (map.problem() != null) {
                json.name("error").value(map.problem());
            } else {
                json.name("entries").value(map.entries());
                json.name("displaced").value(text(map.displaced()));
                json.name("seconds").value(map.age().toSeconds());
            }
            json.endObject();
        }
    }

    @Override
    public void end() {
        json.endArray();
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
