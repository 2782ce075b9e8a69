package com.acme;

import dev.nestmap.runtime.pin.PlannedUpgrade;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** If maps are pinned and a record has changed, a load converts the old entries. Fails if it could not, now or on the way back. */
class UpgradeTest {
    @Test
    void noEntriesWait() {
        PlannedUpgrade upgrade = TrafficBpf.plan(Path.of("src/main/bpf/traffic.schema")); // of the released version
        upgrade.requireNothingWaits();
        upgrade.back().requireNothingWaits();
    }
}
