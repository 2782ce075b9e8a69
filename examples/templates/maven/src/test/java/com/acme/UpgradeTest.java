package com.acme;

import dev.nestmap.runtime.pin.Migration;
import org.junit.jupiter.api.Test;

/** The plan for maps that the released version has pinned: fails if a changed record needs a word or a rule, before a load does. */
class UpgradeTest {
    /** When you pin maps, move this to the service: TrafficBpf.open().pins(...).migrate(upgrade()).attach(...).load(). */
    static Migration upgrade() {
        // Before you change a record of a release, keep its text: https://nestmap.dev/production/migrate. Until then, nothing has changed.
        String released = Migration.schema(TrafficBpf.class, "com/acme/traffic");
        return Migration.from(released).drain(TrafficBpf.DEVICE_MAP); // hands out what programs have counted
    }

    @Test
    void theUpgradeAndTheWayBackAreComplete() {
        Migration.Check check = TrafficBpf.check(upgrade());
        check.requireComplete();
        check.rollback().requireComplete();
    }
}
