/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.ShardMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.testing.MapsUnderTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Contracts of the accessors of a network. */
abstract class NetworkContract implements MapsUnderTest {
    static final FlowKey HTTPS = new FlowKey(443, 6);

    FactoryObject backend;
    Network network;
    TenantMap tenants;
    ShardMap shards;

    @BeforeEach
    void createNetwork() {
        backend = new FactoryObject(factory(), Network.SCHEMA);
        network = Network.of(backend);
        tenants = network.tenant();
        shards = network.shard();
    }

    @AfterEach
    void closeNetwork() {
        network.close();
    }
}
