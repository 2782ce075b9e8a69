/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.object.KernelObject;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.kernel.pin.LinkPins;
import dev.nestmap.runtime.internal.migrate.Upgrades;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.Interleaving;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.schema.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Another process migrates a pinned map while libbpf loads an object that uses it. */
@KernelTest
class KernelLoadDuringMigrationTest extends PinningTest {
    private final byte[] object = TestPrograms.object("network.bpf.c", "-DPACKETS=__u32");
    private final byte[] newObject = TestPrograms.object("network.bpf.c");
    private static final DeclaredPin PIN = new DeclaredPin("tenant", "tenant", true);
    private final Interleaving interleaving = new Interleaving();

    @Test
    void isRejectedBecauseItsProgramsUseTheOldMap() {
        Schema newer = schema(newObject);
        load(object, plan -> load(object, plan)).close();

        assertBpfException(
                        () -> load(object, plan -> {
                            ObjectBackend loaded = load(object, plan);
                            migrate(newer);
                            return loaded;
                        }),
                        "a map that is not pinned at " + fs.path("tenant") + " any more",
                        "load the object again")
                .isOf("load of object network")
                .onMap("tenant")
                .hasReason(Reason.BUSY);
        load(newObject, plan -> load(newObject, plan)).close();
    }

    /** A load that pins maps owns the set. */
    @Test
    void noOtherProcessMigratesAMapThatALoadPins() throws IOException {
        Schema newer = schema(newObject);
        int refused = 0;
        boolean inserted = true;
        for (int n = 0; inserted; n++) {
            mountAnew();
            List<BpfException> refusals = new ArrayList<>();
            inserted = interleaving.run(
                    () -> load(object, plan -> load(object, plan)).close(), n, () -> {
                        if (Files.exists(fs.pin("tenant"))) {
                            BpfException refusal = catchThrowableOfType(BpfException.class, () -> migrate(newer));
                            if (refusal != null) { // otherwise the load had ended
                                refusals.add(refusal);
                            }
                        }
                    });
            assertThat(refusals).allMatch(refusal -> refusal.errno() == Errno.EAGAIN);
            refused += refusals.size();
        }
        assertThat(refused).isPositive();
    }

    private static Schema schema(byte[] object) {
        return ObjectFile.parse("network", object).schema();
    }

    private static ObjectBackend load(byte[] object, LoadPlan plan) {
        return KernelObject.load("network", object, plan, new LinkPins(new KernelPins(), PinOptions.defaults()));
    }

    private LoadedState load(byte[] elf, Function<LoadPlan, ObjectBackend> loader) {
        LoadSettings settings = new LoadSettings("network", elf, null, List.of(PIN));
        settings.pins(pins);
        return new LoadRun(settings, new KernelMapFactory(), interleaving.pins(), loader, () -> {}, object -> {}).run();
    }

    private void migrate(Schema after) {
        PinPaths paths = new PinPaths(fs.pin("tenant"), pins, MapAccess.READ_WRITE);
        ClaimedPin lock = new ClaimedPin(new KernelPins(), paths);
        assertThat(Upgrades.run(Upgrades.migrator(after, after, "tenant", lock), true)
                        .done())
                .isTrue();
    }
}
