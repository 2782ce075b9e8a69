/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.testing.BpfFs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Base class of tests with a broker, which each have their own BPF file system. */
abstract class PinnedBrokerTest extends BrokerTest {
    @SuppressWarnings("NullAway.Init") // set by BeforeEach
    BpfFs fs;

    @BeforeEach
    void mount() throws Exception {
        fs = BpfFs.mount();
    }

    @AfterEach
    void unmount() throws Exception {
        fs.close();
    }
}
