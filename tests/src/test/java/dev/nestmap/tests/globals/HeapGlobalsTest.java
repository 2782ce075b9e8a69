/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.globals;

import dev.nestmap.tests.globals.Sampled.Gate;
import dev.nestmap.tests.globals.Sampled.Limit;
import dev.nestmap.tests.globals.Sampled.SampleConfig;

/** Proves {@link GlobalsContract} for maps in the Java heap. */
class HeapGlobalsTest extends GlobalsContract {
    @Override
    SampledBpf load(SampleConfig config, Limit limit, Gate gate) {
        return SampledBpf.inMemory(config, limit, gate);
    }
}
