/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.tests.shapes.BalancedFlows.Chosen;
import dev.nestmap.tests.shapes.BalancedFlows.Global;
import dev.nestmap.tests.shapes.TrackedConnections.Connection;
import dev.nestmap.tests.shapes.TrackedConnections.Nat;
import dev.nestmap.tests.shapes.TrackedConnections.Tcp4;
import dev.nestmap.tests.shapes.TrackedConnections.Tuple4;
import dev.nestmap.tests.shapes.TranslatedAddresses.Snat;
import dev.nestmap.tests.shapes.TranslatedAddresses.Target;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Untagged;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Objects;

/** What load balancers and container networks exchange with their programs. */
final class LoadBalancerExchanges {
    private static final ByteString V6 = ByteString.ofHex("20000000000000000000000000000001");
    private static final ByteString UNIQUE_LOCAL = ByteString.ofHex("fd000000000000000000000000000001");
    private static final ByteString NONE = ByteString.of(new byte[16]);

    private LoadBalancerExchanges() {}

    static void flows(Path object) throws UnknownHostException {
        try (BalancedFlowsBpf bpf = BalancedFlowsBpf.load(object)) {
            BalancedFlows.FlowKey v4 = new BalancedFlows.FlowKey(
                    BalancedFlowsBpf.SourceUnion.of(new BalancedFlows.Source.V4(v4("192.0.2.1"))),
                    BalancedFlowsBpf.DestinationUnion.of(new BalancedFlows.Destination.V4(v4("192.0.2.2"))),
                    BalancedFlowsBpf.PortsUnion.of(new BalancedFlows.Ports.Each(51000, 443)),
                    6);
            BalancedFlows.FlowKey v6 = new BalancedFlows.FlowKey(
                    BalancedFlowsBpf.SourceUnion.of(new BalancedFlows.Source.V6(V6)), v4.destination(), v4.ports(), 17);
            BalancedFlowsBpf.ChosenMap chosen = bpf.lruMapping().create(127);
            chosen.put(new Chosen(v4, 7, Long.MIN_VALUE));
            bpf.globalLruMaps().create(1).putForEachCpu(new Global(v4, 0));

            Shape.run(bpf);

            assertThat(chosen.get(v6)).isEqualTo(new Chosen(v6, 9, 0xfedcba9876543210L));
            assertThat(bpf.globalLruMaps().get(1, v4)).contains(new Global(v4, 11));
        }
    }

    static void downBackends(Path object) {
        try (DownBackendsBpf bpf = DownBackendsBpf.load(object)) {
            DownBackends.Vip vip =
                    new DownBackends.Vip(DownBackendsBpf.AddressUnion.of(new DownBackends.Address.V6(V6)), 443, 6);
            bpf.vip().create(vip).put(new DownBackends.Down(4_000_000_000L, 255));

            Shape.run(bpf);

            assertThat(bpf.vip().get(vip, 7)).isEqualTo(new DownBackends.Down(7, 3));
        }
    }

    static void debuggedFlows(Path object) throws UnknownHostException {
        try (DebuggedFlowsBpf bpf = DebuggedFlowsBpf.load(object)) {
            DebuggedFlows.FlowKey key = new DebuggedFlows.FlowKey(
                    DebuggedFlowsBpf.SourceUnion.of(new DebuggedFlows.Source.V4(v4("192.0.2.1"))),
                    DebuggedFlowsBpf.DestinationUnion.of(new DebuggedFlows.Destination.V6(NONE)),
                    DebuggedFlowsBpf.PortsUnion.of(new DebuggedFlows.Ports.Both(0x01020304)),
                    6);
            ByteString first = ByteString.ofHex("ff000000000000000000000000000000");
            bpf.flowDebugMaps()
                    .create(3)
                    .put(new DebuggedFlows.Debug(key, first, ByteString.ofHex("00000000000000000000000000000080")));

            Shape.run(bpf);

            assertThat(bpf.flowDebugMaps().get(3, key))
                    .isEqualTo(
                            new DebuggedFlows.Debug(key, first, ByteString.ofHex("007f0000000000000000000000000080")));
        }
    }

    static void connections(Path object) throws Exception {
        try (BpfFs pins = BpfFs.mount();
                TrackedConnectionsBpf bpf = TrackedConnectionsBpf.open(object)
                        .pins(PinOptions.in(pins.path("")))
                        .load()) {
            Tuple4 tuple4 = new Tuple4(v4("192.0.2.1"), v4("0.0.0.0"), 443, 0, 6, 1);
            bpf.tcp42()
                    .put(new Tcp4(
                            tuple4,
                            new Connection(
                                    TrackedConnectionsBpf.NatUnion.of(new Nat.Backend(0, -1)),
                                    5,
                                    0,
                                    0,
                                    1,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    1,
                                    31,
                                    0,
                                    8080,
                                    0,
                                    0,
                                    0,
                                    0,
                                    4_000_000_000L)));
            TrackedConnectionsBpf.Tcp6Map cluster = bpf.perClusterTcp6().create(255);

            Shape.run(bpf);

            TrackedConnections.Tuple6 tuple6 =
                    new TrackedConnections.Tuple6(tracked(UNIQUE_LOCAL), tracked(NONE), 0, 80, 0, 255);
            Connection connection = Objects.requireNonNull(cluster.get(tuple6)).connection();
            assertThat(connection)
                    .isEqualTo(new Connection(
                            TrackedConnectionsBpf.NatUnion.of(new Nat.Backend(0, 0x0102030405060708L)),
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            1,
                            0,
                            0,
                            0,
                            21,
                            0,
                            0,
                            0,
                            200,
                            0,
                            0,
                            0));
            assertThat(connection.nat().as(Nat.Address.class).address().as(TrackedConnections.V6addr.Halves.class))
                    .isEqualTo(new TrackedConnections.V6addr.Halves(0, 0x0102030405060708L));
            assertThat(pins.content()).contains("clusters/tcp6");
        }
    }

    static void translations(Path object) throws Exception {
        try (BpfFs pins = BpfFs.mount();
                TranslatedAddressesBpf bpf = TranslatedAddressesBpf.open(object)
                        .pins(PinOptions.in(pins.path("")))
                        .load()) {
            TranslatedAddressesBpf.SnatMap cluster = bpf.perClusterSnat().create(1);
            cluster.put(new Snat(
                    source(0),
                    new TranslatedAddresses.Common(1, 2, 3, -1),
                    TranslatedAddressesBpf.TargetUnion.of(new Target.From(translated(UNIQUE_LOCAL), 65535))));

            Shape.run(bpf);

            assertThat(cluster.get(source(1)))
                    .isEqualTo(new Snat(
                            source(1),
                            new TranslatedAddresses.Common(3, 0, 0, 0),
                            TranslatedAddressesBpf.TargetUnion.of(new Target.To(
                                    translated(ByteString.ofHex("00000000000000000000000000000002")), 53))));
        }
    }

    static void hashes(Path object) throws Exception {
        try (BpfFs pins = BpfFs.mount();
                ConsistentHashesBpf bpf = ConsistentHashesBpf.open(object)
                        .pins(PinOptions.in(pins.path("")))
                        .load()) {
            int[] backends = new int[32749];
            backends[0] = 1;
            backends[32748] = (int) 4_000_000_000L;
            bpf.service().create(65535).put(new ConsistentHashes.Table(0, backends));

            Shape.run(bpf);

            backends[32747] = -1;
            assertThat(Objects.requireNonNull(bpf.service().get(65535, 0)).backends())
                    .isEqualTo(backends);
        }
    }

    static void groups(Path object) throws Exception {
        try (BpfFs pins = BpfFs.mount();
                MulticastGroupsBpf bpf = MulticastGroupsBpf.open(object)
                        .pins(PinOptions.in(pins.path("")))
                        .load()) {
            MulticastGroupsBpf.SubscriberMap group = bpf.group().create(0xe0000001);
            group.put(new MulticastGroups.Subscriber(v4("192.0.2.1"), v4("192.0.2.9"), 2, 1));

            Shape.run(bpf);

            assertThat(group.get(v4("192.0.2.2")))
                    .isEqualTo(new MulticastGroups.Subscriber(v4("192.0.2.2"), v4("192.0.2.2"), 4_000_000_000L, 200));
        }
    }

    static void clusters(Path object) {
        try (ClustersBpf bpf = ClustersBpf.load(object)) {
            int[] endpoints = new int[16381];
            endpoints[16380] = (int) 4_000_000_000L;
            bpf.cluster().create("outbound|80||web").put(new Clusters.Endpoints(0, endpoints));

            Shape.run(bpf);

            endpoints[0] = 7;
            assertThat(Objects.requireNonNull(bpf.cluster().get("outbound|80||web", 0))
                            .endpoints())
                    .isEqualTo(endpoints);
        }
    }

    private static TranslatedAddresses.Tuple6 source(int flags) {
        ByteString one = ByteString.ofHex("00000000000000000000000000000001");
        return new TranslatedAddresses.Tuple6(translated(NONE), translated(one), 0, 0, 17, flags);
    }

    private static Untagged<TranslatedAddresses.V6addr> translated(ByteString address) {
        return TranslatedAddressesBpf.V6addrUnion.of(new TranslatedAddresses.V6addr.Bytes(address));
    }

    private static Untagged<TrackedConnections.V6addr> tracked(ByteString address) {
        return TrackedConnectionsBpf.V6addrUnion.of(new TrackedConnections.V6addr.Bytes(address));
    }

    private static Inet4Address v4(String address) throws UnknownHostException {
        return (Inet4Address) InetAddress.getByName(address);
    }
}
