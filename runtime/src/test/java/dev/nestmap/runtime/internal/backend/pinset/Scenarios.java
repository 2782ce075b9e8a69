/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend.pinset;

import dev.nestmap.runtime.internal.backend.pinset.Processes.Phase;
import dev.nestmap.runtime.internal.backend.pinset.Protocol.App;
import dev.nestmap.runtime.internal.backend.pinset.Protocol.Takeover;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The scenarios of the exploration. */
final class Scenarios {
    private static final List<String> A = List.of("s/a");
    private static final List<String> AB = List.of("s/a", "s/b");
    private static final List<String> TWO_SETS = List.of("s/a", "t/b");
    private static final List<String> LINK = List.of("link");

    private static final App APP1 = app("v1", Set.of("v1"));
    private static final App APP2 = app("v2", Set.of("v1", "v2"));
    /** The first version again, with a migration from the second. */
    private static final App BACK = app("v1", Set.of("v1", "v2"));

    private final List<Scenario> all = new ArrayList<>();

    /** How many of these there are in one run. */
    private record Events(int packets, int kills, int failures) {}

    private Scenarios() {}

    private static App app(String layout, Set<String> known) {
        return new App(layout, known, A, 1, 1, LINK, Takeover.SWAP, false, true, false);
    }

    private static App maps(App app, List<String> maps, boolean sharesInners) {
        return new App(
                app.layout(),
                app.known(),
                maps,
                app.slots(),
                app.filled(),
                app.links(),
                app.takeover(),
                sharesInners,
                app.pinsInners(),
                app.countsUncounted());
    }

    private static App keys(App app, int slots, int filled, boolean countsUncounted) {
        return new App(
                app.layout(),
                app.known(),
                app.maps(),
                slots,
                filled,
                app.links(),
                app.takeover(),
                app.sharesInners(),
                app.pinsInners(),
                countsUncounted);
    }

    private static App links(App app, Takeover takeover, String... links) {
        return new App(
                app.layout(),
                app.known(),
                app.maps(),
                app.slots(),
                app.filled(),
                List.of(links),
                takeover,
                app.sharesInners(),
                app.pinsInners(),
                app.countsUncounted());
    }

    private static App withoutInnerPins(App app) {
        return new App(
                app.layout(),
                app.known(),
                app.maps(),
                app.slots(),
                app.filled(),
                app.links(),
                app.takeover(),
                app.sharesInners(),
                false,
                app.countsUncounted());
    }

    private static Phase phase(App app, BiFunction<Protocol, Object, Object> body) {
        return new Phase(app, body);
    }

    private static List<Phase> load(App app) {
        return List.of(
                phase(app, (protocol, carry) -> protocol.own(true)),
                phase(app, (protocol, carry) -> protocol.generation()),
                phase(app, Protocol::attach),
                phase(app, Protocol::settle));
    }

    /** A service that loads and drains. */
    private static List<Phase> service(App app) {
        List<Phase> phases = new ArrayList<>(load(app));
        phases.add(phase(app, (protocol, carry) -> protocol.drainWaiting(carry, false)));
        phases.add(phase(app, (protocol, carry) -> protocol.rotate(carry, keysOf(app), false)));
        return List.copyOf(phases);
    }

    /** A service that goes on after a rotation that may have failed. */
    private static List<Phase> longService(App app) {
        List<Phase> phases = new ArrayList<>(load(app));
        phases.add(phase(app, (protocol, carry) -> protocol.rotate(carry, keysOf(app), false)));
        phases.add(phase(app, (protocol, carry) -> protocol.drainWaiting(carry, false)));
        phases.add(phase(app, (protocol, carry) -> protocol.rotate(carry, List.of(1), false)));
        return List.copyOf(phases);
    }

    private static List<Integer> keysOf(App app) {
        return IntStream.rangeClosed(1, app.slots()).boxed().toList();
    }

    private static List<Phase> failing(App app) {
        return List.of(
                phase(app, (protocol, carry) -> protocol.own(true)),
                phase(app, (protocol, carry) -> protocol.generation()),
                phase(app, Protocol::failBeforeAttach));
    }

    private static List<Phase> drain(App app) {
        return List.of(
                phase(app, (protocol, carry) -> protocol.own(false)),
                phase(app, (protocol, carry) -> protocol.drainWaiting(carry, false)),
                phase(app, (protocol, carry) -> protocol.rotate(carry, keysOf(app), false)));
    }

    private static List<Phase> end(App app) {
        return List.of(
                phase(app, (protocol, carry) -> protocol.own(true)),
                phase(app, (protocol, carry) -> protocol.detach()),
                phase(app, (protocol, carry) -> protocol.drainWaiting(carry, true)),
                phase(app, (protocol, carry) -> protocol.rotate(carry, keysOf(app), true)),
                phase(app, (protocol, carry) -> protocol.withdraw()));
    }

    private static List<Phase> guest(boolean counts) {
        return List.of(phase(APP1, (protocol, carry) -> protocol.guest(counts)));
    }

    private static final List<Phase> END_GUEST = List.of(phase(APP1, (protocol, carry) -> protocol.endGuest()));

    /** A load, and then something else in the same process. */
    private static List<Phase> and(List<Phase> load, List<Phase> more) {
        return Stream.concat(load.stream(), more.stream()).toList();
    }

    private static List<Phase> move(App app) {
        return List.of(phase(app, Protocol::move));
    }

    private static List<Phase> changeSlot(App app, boolean takes) {
        return List.of(phase(app, (protocol, carry) -> protocol.changeSlot(carry, takes)));
    }

    private static List<Phase> loadAgain(App app) {
        List<Phase> phases = new ArrayList<>(load(app));
        phases.set(0, phase(app, (protocol, carry) -> protocol.tidyAgain()));
        return List.copyOf(phases);
    }

    private static final List<Phase> V1 = service(APP1);
    private static final List<Phase> V2 = service(APP2);
    private static final List<Phase> IDLE1 = load(APP1);
    private static final List<Phase> IDLE2 = load(APP2);
    private static final List<Phase> END1 = end(APP1);
    private static final List<Phase> END2 = end(APP2);

    private static List<List<List<Phase>>> chains(App older, App newer) {
        List<Phase> start = service(newer);
        return List.of(List.of(start, end(newer)), List.of(service(older), start, end(newer)));
    }

    private static final List<List<List<Phase>>> ONE = List.of(List.of(V1, END1));
    private static final List<List<List<Phase>>> BOTH = List.of(List.of(V2, END2), List.of(V1, V2, END2));

    static List<Scenario> all() {
        Scenarios scenarios = new Scenarios();
        scenarios.services();
        scenarios.failures();
        scenarios.guests();
        scenarios.others();
        return List.copyOf(scenarios.all);
    }

    private void add(String name, List<List<Phase>> processes, List<List<List<Phase>>> recoveries, Events most) {
        all.add(new Scenario(name, processes, recoveries, most.packets, most.kills, most.failures));
    }

    /** A service is loaded beside its next version. */
    private void upgrade(String name, App older, App newer, Events most) {
        add(name, List.of(load(older), load(newer)), chains(older, newer), most);
    }

    /** One key, map, set and link, and two versions. */
    private void services() {
        add("rotation beside drain", List.of(V1, drain(APP1)), ONE, new Events(2, 1, 1));
        add("two instances, kills of the recovery, too", List.of(V1, V1), ONE, new Events(1, 2, 0));
        add("upgrade beside the service", List.of(V1, V2), BOTH, new Events(2, 1, 0));
        add(
                "upgrade and rollback",
                List.of(IDLE2, service(BACK)),
                List.of(List.of(V2, END2), List.of(service(BACK), V2, END2)),
                new Events(1, 1, 0));
        App two1 = maps(APP1, AB, false);
        App two2 = maps(APP2, AB, false);
        upgrade("upgrade of two maps", two1, two2, new Events(1, 1, 0));
        add("upgrade that fails before it attaches", List.of(IDLE1, failing(APP2)), BOTH, new Events(1, 1, 0));
        add("end beside a start", List.of(V1, END1), ONE, new Events(1, 1, 0));
        add("end beside two starts", List.of(END1, IDLE1, IDLE1), ONE, new Events(1, 0, 0));
        add("guest beside an upgrade", List.of(IDLE1, IDLE2, guest(false)), BOTH, new Events(0, 1, 0));
    }

    /** Failing calls, and more than one key, map, set, link, table or upgrade. */
    private void failures() {
        add("failing calls of a service", List.of(longService(APP1)), ONE, new Events(1, 1, 1));
        add(
                "failing calls of a service without pins of inner maps",
                List.of(longService(withoutInnerPins(APP1))),
                List.of(List.of(service(withoutInnerPins(APP1)), end(withoutInnerPins(APP1)))),
                new Events(1, 1, 1));
        App unpinned1 = withoutInnerPins(APP1);
        App unpinned2 = withoutInnerPins(APP2);
        upgrade("upgrade without pins of inner maps", unpinned1, unpinned2, new Events(1, 1, 1));
        add("failing calls of an upgrade", List.of(IDLE1, V2), BOTH, new Events(1, 1, 1));
        App keys1 = keys(APP1, 2, 2, false);
        App keys2 = keys(APP2, 2, 2, false);
        add(
                "rotation of two keys, failing calls",
                List.of(longService(keys1)),
                List.of(List.of(service(keys1), end(keys1))),
                new Events(1, 1, 1));
        add("upgrade of two keys", List.of(service(keys1), service(keys2)), chains(keys1, keys2), new Events(1, 1, 0));
        App shared1 = maps(APP1, AB, true);
        App shared2 = maps(APP2, AB, true);
        upgrade("upgrade of two maps that share an inner map", shared1, shared2, new Events(1, 1, 1));
        add(
                "end of two maps that share an inner map",
                List.of(load(shared1), end(shared1)),
                List.of(List.of(service(shared1), end(shared1))),
                new Events(1, 1, 1));
        App sets1 = maps(APP1, TWO_SETS, false);
        App sets2 = maps(APP2, TWO_SETS, false);
        upgrade("upgrade of two sets", sets1, sets2, new Events(1, 1, 0));
        upgrade("failing upgrade of two sets", sets1, sets2, new Events(1, 0, 1));
        App back = maps(BACK, TWO_SETS, false);
        add(
                "upgrade and rollback of two sets",
                List.of(load(sets1), load(sets2)),
                List.of(List.of(load(back), service(sets2), end(sets2))),
                new Events(1, 1, 0));
        App overlap1 = links(APP1, Takeover.OVERLAP, "link");
        App overlap2 = links(APP2, Takeover.OVERLAP, "link");
        upgrade("overlapping link", overlap1, overlap2, new Events(1, 1, 1));
        App gap1 = links(APP1, Takeover.GAP, "link");
        App gap2 = links(APP2, Takeover.GAP, "link");
        upgrade("link with a gap", gap1, gap2, new Events(1, 1, 1));
        App links1 = links(APP1, Takeover.SWAP, "link", "link2");
        App links2 = links(APP2, Takeover.SWAP, "link", "link2");
        upgrade("upgrade of two links", links1, links2, new Events(1, 1, 1));
        App table1 = keys(APP1, 2, 1, false);
        App table2 = keys(APP2, 2, 1, true);
        upgrade("table that only the new version has", table1, table2, new Events(1, 1, 1));
        App old = keys(APP1, 2, 1, true);
        upgrade("table of both versions", old, table2, new Events(1, 1, 1));
        App app3 = app("v3", Set.of("v2", "v3"));
        App all3 = app("v3", Set.of("v1", "v2", "v3"));
        add(
                "three versions",
                List.of(IDLE1, IDLE2, load(app3)),
                List.of(List.of(service(all3), end(all3)), List.of(load(app3), service(all3), end(all3))),
                new Events(1, 1, 0));
        add("end beside a service, failing calls", List.of(V1, END1), ONE, new Events(1, 1, 1));
    }

    /** Processes that are not the owner, and count. */
    private void guests() {
        List<List<List<Phase>>> one = List.of(List.of(END_GUEST, V1, END1));
        List<List<List<Phase>>> both = List.of(List.of(END_GUEST, V2, END2), List.of(V1, END_GUEST, V2, END2));
        add(
                "guest with a program beside a failing first load",
                List.of(failing(APP1), guest(true)),
                one,
                new Events(1, 1, 0));
        add("first load beside a guest with a program", List.of(IDLE1, guest(true)), one, new Events(1, 1, 1));
        add(
                "first load that is repeated, beside a guest",
                List.of(IDLE1, IDLE1, guest(true)),
                one,
                new Events(1, 1, 1));
        List<Phase> draining2 =
                and(IDLE2, List.of(phase(APP2, (protocol, carry) -> protocol.drainWaiting(carry, false))));
        add(
                "guest with a program beside an upgrade",
                List.of(IDLE1, draining2, guest(true)),
                both,
                new Events(1, 1, 0));
        add(
                "guest with a program beside a failing upgrade",
                List.of(IDLE1, failing(APP2), guest(true)),
                both,
                new Events(1, 0, 1));
        add("guest with a program beside the end", List.of(IDLE1, END1, guest(true)), one, new Events(1, 1, 0));
    }

    /** Maps that other software has touched, or other loads of the service use. */
    private void others() {
        App loose1 = keys(APP1, 2, 1, false); // a slot may be empty
        App loose2 = keys(APP2, 2, 1, false);
        add(
                "map that other software took out",
                List.of(and(load(loose1), changeSlot(loose1, true))),
                chains(loose1, loose2),
                new Events(1, 1, 0));
        add(
                "map that other software put into a slot",
                List.of(and(load(loose1), changeSlot(loose1, false))),
                chains(loose1, loose2),
                new Events(1, 1, 0));
        App both1 = maps(loose1, AB, false);
        App both2 = maps(loose2, AB, false);
        add(
                "map moved to another outer map",
                List.of(and(load(both1), move(both1)), load(both2)),
                chains(both1, both2),
                new Events(1, 1, 1));
        add(
                "second load of a process that has moved a map",
                List.of(and(and(load(both1), move(both1)), loadAgain(both2))),
                chains(both1, both2),
                new Events(1, 1, 0));
        add(
                "map moved to an outer map that the next version does not declare",
                List.of(and(load(both1), move(both1)), service(loose1)),
                chains(both1, both2),
                new Events(1, 1, 0));
        List<List<List<Phase>>> partly = List.of(
                List.of(service(both2), end(both2)),
                List.of(service(loose2), service(both2), end(both2)),
                List.of(service(loose2), end(loose2), service(both2), end(both2)));
        add(
                "set with a map that the new version does not declare",
                List.of(load(both1), load(loose2)),
                partly,
                new Events(1, 1, 1));
        App shared1 = maps(APP1, AB, true);
        App shared2 = maps(APP2, AB, true);
        add(
                "shared map of an outer map that the new version does not declare",
                List.of(load(shared1), IDLE2),
                List.of(List.of(service(shared2), end(shared2)), List.of(V2, service(shared2), end(shared2))),
                new Events(1, 1, 0));
        add(
                "upgrade that adds a map",
                List.of(load(loose1), load(both2)),
                List.of(
                        List.of(service(both2), end(both2)),
                        List.of(service(loose1), end(loose1), service(both2), end(both2))),
                new Events(1, 1, 1));
        App reversed1 = maps(APP1, List.of("t/b", "s/a"), false);
        App sets1 = maps(APP1, TWO_SETS, false);
        add(
                "two sets in different orders",
                List.of(load(sets1), load(reversed1)),
                List.of(List.of(service(sets1), end(sets1))),
                new Events(1, 1, 0));
        App foreign = maps(APP1, List.of("s/foreign"), false);
        add(
                "path that somebody else has pinned",
                List.of(load(foreign)),
                List.of(List.of(service(foreign), end(foreign))),
                new Events(1, 1, 1));
    }
}
