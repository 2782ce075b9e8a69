/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.internal.migrate.PinnedCounts.AFTER;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.BEFORE;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.migrate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.existing.ObjectlessMapOpener;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.Interleaving;
import dev.nestmap.runtime.testing.KernelTestOnOneJdk;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Another process migrates a pinned map while this one opens it. */
@KernelTestOnOneJdk
@Timeout(60)
class KernelOpenDuringMigrationTest extends PinningTest {
    private final Interleaving interleaving = new Interleaving();

    @Test
    void theNewVersionGetsTheNewMapOrIsRejected() throws IOException {
        List<Boolean> accepted = openDuringMigration(AFTER);

        assertThat(accepted.get(0)).as("after the migration").isTrue();
        assertThat(accepted.get(1))
                .as("if the map is replaced before it is compared")
                .isTrue();
        assertThat(accepted.get(accepted.size() - 1)).as("before the migration").isFalse();
    }

    @Test
    void theOldVersionIsRejectedIfTheMapWasReplaced() throws IOException {
        List<Boolean> accepted = openDuringMigration(BEFORE);

        assertThat(accepted.subList(0, accepted.size() - 1)).containsOnly(false);
        assertThat(accepted.get(accepted.size() - 1)).as("before the migration").isTrue();
    }

    /**
     * Opens the map and migrates it before each operation on pins. Returns whether the map was opened; the last time without a
     * migration.
     */
    private List<Boolean> openDuringMigration(Schema version) throws IOException {
        List<Boolean> accepted = new ArrayList<>();
        boolean inserted = true;
        for (int n = 0; inserted; n++) {
            PinnedCounts.create(BEFORE, fs);
            inserted = interleaving.run(
                    () -> accepted.add(opens(version)), n, () -> migrate(BEFORE, AFTER, new KernelPins(), fs));
            mountAnew();
        }
        return accepted;
    }

    /** Whether the version opens the map; checks that the handle is then to the map that is pinned. */
    private boolean opens(Schema version) {
        ObjectlessMap opened;
        try {
            opened = new ObjectlessMapOpener(
                            new ExistingMapFinder(version, version, new KernelMapFactory(), interleaving.pins()))
                    .open(version.map("tenant").orElseThrow(), PinnedCounts.paths(fs, "tenant"), true);
        } catch (BpfException e) {
            return false;
        }
        RawMap pinned = Objects.requireNonNull(new KernelPins().open(fs.pin("tenant"), MapAccess.READ_ONLY));
        int id = opened.map().id();
        opened.map().close();
        Objects.requireNonNull(opened.state()).close("the test is over");
        pinned.close();
        assertThat(id).as("the id of the map").isEqualTo(pinned.id());
        return true;
    }
}
