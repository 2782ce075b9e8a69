/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every operation survives the faults that a subclass injects. */
abstract class FaultContract {
    @SuppressWarnings("NullAway.Init") // set by BeforeAll
    static BpfFs fs;

    @BeforeAll
    static void mount() throws IOException {
        fs = BpfFs.mount();
    }

    @AfterAll
    static void unmount() throws IOException {
        fs.close();
    }

    /** Runs an operation again and again, with one fault in each run. */
    abstract <S extends FaultScene> void inject(FaultCheck<S> check, FaultyOperation<S> operation);

    @ParameterizedTest
    @EnumSource
    void pinnedMapsSurvive(PinnedOperation operation) throws Throwable {
        Path object = BpfObjects.of("pinned");
        check(operation, directory -> new PinnedScene(directory, object));
    }

    @ParameterizedTest
    @EnumSource
    void programsSurvive(ProgramOperation operation) throws Throwable {
        Path object = BpfObjects.of("faulted");
        check(operation, directory -> new ProgramScene(directory, object));
    }

    @ParameterizedTest
    @EnumSource
    void structsSurvive(StructOperation operation) throws Throwable {
        KernelAssumptions.assume(KernelFeature.STRUCT_OPS_LINKS);
        check(
                operation,
                directory -> new StructScene(directory, ProcessHandle.current().pid()));
    }

    @ParameterizedTest
    @EnumSource
    void aServerSurvives(DemandOperation operation) throws Throwable {
        Path object = BpfObjects.of("demand");
        check(operation, directory -> new DemandScene(directory, object));
    }

    @ParameterizedTest
    @EnumSource
    void anUpgradeSurvives(UpgradeOperation operation) throws Throwable {
        check(operation, UpgradeScene::new);
    }

    /** In a network namespace, whose traffic and programs are the test's own. */
    private <S extends FaultScene> void check(FaultyOperation<S> operation, Function<Path, S> newScene)
            throws Throwable {
        NetworkNamespace.run(() -> {
            try (FaultCheck<S> check = new FaultCheck<>(fs, newScene)) {
                inject(check, operation);
            }
        });
    }
}
