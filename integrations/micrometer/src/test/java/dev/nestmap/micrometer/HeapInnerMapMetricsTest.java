/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import dev.nestmap.micrometer.MeteredBpf.TenantMap;

/** Proves {@link InnerMapMetricsContract} for maps in the Java heap. */
class HeapInnerMapMetricsTest extends InnerMapMetricsContract {
    private final MeteredBpf bpf = MeteredBpf.inMemory();

    @Override
    TenantMap open() {
        return bpf.tenant();
    }

    @Override
    void close() {
        bpf.close();
    }
}
