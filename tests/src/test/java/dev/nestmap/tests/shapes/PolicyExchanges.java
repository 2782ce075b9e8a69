/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.tests.shapes.ContainerRules.Containers;
import dev.nestmap.tests.shapes.ContainerRules.Rule;
import dev.nestmap.tests.shapes.ContainerRules.Verdict;
import dev.nestmap.tests.shapes.EnforcedProfiles.FileRule;
import dev.nestmap.tests.shapes.EnforcedProfiles.NetRule;
import dev.nestmap.tests.shapes.EnforcedProfiles.Pattern;
import dev.nestmap.tests.shapes.EnforcedProfiles.Ports;
import dev.nestmap.tests.shapes.PrefixSets.Address4;
import dev.nestmap.tests.shapes.PrefixSets.Address6;
import dev.nestmap.tests.shapes.PrefixSets.Postfix;
import dev.nestmap.tests.shapes.PrefixSets.Prefix;
import dev.nestmap.tests.shapes.PrefixSets.Text128;
import dev.nestmap.tests.shapes.PrefixSets.Text256;
import dev.nestmap.tests.shapes.VersionedRules.Bitmap;
import dev.nestmap.tests.shapes.VersionedRules.Comm;
import dev.nestmap.tests.shapes.VersionedRules.Config;
import dev.nestmap.tests.shapes.VersionedRules.Exact;
import dev.nestmap.tests.shapes.VersionedRules.FieldTypes;
import dev.nestmap.tests.shapes.VersionedRules.PathKey;
import dev.nestmap.tests.shapes.VersionedRules.Prefixes;
import dev.nestmap.tests.shapes.VersionedRules.Scopes;
import dev.nestmap.tests.shapes.VersionedRules.Uid;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.Ipv6Prefix;
import java.nio.file.Path;
import java.util.Objects;

/** What agents that observe and enforce policies exchange with their programs. */
final class PolicyExchanges {
    private static final long TWO = 2;

    private PolicyExchanges() {}

    static void texts(Path object) {
        try (TextSetsBpf bpf = TextSetsBpf.load(object)) {
            bpf.texts25().create(7, TWO);
            bpf.texts49().create(7, TWO);
            bpf.texts73().create(7, TWO);
            bpf.texts97().create(7, TWO);
            bpf.texts121().create(7, TWO);
            bpf.texts145().create(7, TWO);
            bpf.texts258().create(7, TWO);
            bpf.texts514().create(7, TWO);
            bpf.texts1026().create(7, TWO);
            bpf.texts2050().create(7, TWO);
            bpf.texts4098().create(7, TWO);
            bpf.texts25().getOrCreate(7).put(new TextSets.Text25(text(25), 1));
            bpf.texts49().getOrCreate(7).put(new TextSets.Text49(text(49), 1));
            bpf.texts73().getOrCreate(7).put(new TextSets.Text73(text(73), 1));
            bpf.texts97().getOrCreate(7).put(new TextSets.Text97(text(97), 1));
            bpf.texts121().getOrCreate(7).put(new TextSets.Text121(text(121), 1));
            bpf.texts145().getOrCreate(7).put(new TextSets.Text145(text(145), 1));
            bpf.texts258().getOrCreate(7).put(new TextSets.Text258(text(258), 1));
            bpf.texts514().getOrCreate(7).put(new TextSets.Text514(text(514), 1));
            bpf.texts1026().getOrCreate(7).put(new TextSets.Text1026(text(1026), 1));
            bpf.texts2050().getOrCreate(7).put(new TextSets.Text2050(text(2050), 1));
            bpf.texts4098().getOrCreate(7).put(new TextSets.Text4098(text(4098), 1));

            Shape.run(bpf);

            assertThat(Objects.requireNonNull(bpf.texts25().get(7, text(25))).found())
                    .isEqualTo(25);
            assertThat(Objects.requireNonNull(bpf.texts49().get(7, text(49))).found())
                    .isEqualTo(49);
            assertThat(Objects.requireNonNull(bpf.texts73().get(7, text(73))).found())
                    .isEqualTo(73);
            assertThat(Objects.requireNonNull(bpf.texts97().get(7, text(97))).found())
                    .isEqualTo(97);
            assertThat(Objects.requireNonNull(bpf.texts121().get(7, text(121))).found())
                    .isEqualTo(121);
            assertThat(Objects.requireNonNull(bpf.texts145().get(7, text(145))).found())
                    .isEqualTo(145);
            assertThat(Objects.requireNonNull(bpf.texts258().get(7, text(258))).found())
                    .isEqualTo(7);
            assertThat(Objects.requireNonNull(bpf.texts514().get(7, text(514))).found())
                    .isEqualTo(12);
            assertThat(Objects.requireNonNull(bpf.texts1026().get(7, text(1026)))
                            .found())
                    .isEqualTo(22);
            assertThat(Objects.requireNonNull(bpf.texts2050().get(7, text(2050)))
                            .found())
                    .isEqualTo(42);
            assertThat(Objects.requireNonNull(bpf.texts4098().get(7, text(4098)))
                            .found())
                    .isEqualTo(82);
        }
    }

    static void prefixes(Path object) {
        try (PrefixSetsBpf bpf = PrefixSetsBpf.load(object)) {
            bpf.addresses4().create(7, TWO);
            PrefixSetsBpf.Address4Map addresses = bpf.addresses4().getOrCreate(7);
            addresses.put(new Address4(Ipv4Prefix.parse("10.0.0.0/8"), 4));
            bpf.addresses6().create(7).put(new Address6(Ipv6Prefix.parse("fe80::/10"), 6));
            Text256 path = new Text256(72, ByteString.ofUtf8("/usr/bin/").paddedTo(256));
            bpf.prefixes().create(0).put(new Prefix(path, 255));
            bpf.postfixes()
                    .create(0)
                    .put(new Postfix(new Text128(16, ByteString.ofUtf8("vn").paddedTo(128)), 1));

            Shape.run(bpf);

            assertThat(addresses)
                    .containsExactlyInAnyOrder(
                            new Address4(Ipv4Prefix.parse("10.0.0.0/8"), 4),
                            new Address4(Ipv4Prefix.parse("10.0.0.0/9"), 9));
            assertThat(bpf.prefixes().get(0, path)).isEqualTo(new Prefix(path, 254));
        }
    }

    static void policies(Path object) {
        try (PoliciesBpf bpf = PoliciesBpf.load(object)) {
            bpf.members().create(4_000_000_000L).put(new Policies.Member(-1, 0));
            bpf.arguments().create(7, TWO);
            bpf.arguments().getOrCreate(7).put(new Policies.Member(Long.MIN_VALUE, 0));
            PoliciesBpf.PolicyMap policies = bpf.ofCgroup().create(-1);
            policies.put(new Policies.Policy(0xffff_ffffL, 0));

            Shape.run(bpf);

            assertThat(policies)
                    .containsExactlyInAnyOrder(new Policies.Policy(0xffff_ffffL, 0), new Policies.Policy(5, 200));
        }
    }

    static void versions(Path object) {
        try (VersionedRulesBpf bpf = VersionedRulesBpf.load(object)) {
            bpf.uids().create(1).put(new Uid(4_000_000_000L, 1, Long.MIN_VALUE));
            VersionedRulesBpf.CommMap comms = bpf.comms().create(1);
            bpf.configs().create(65535).put(new Config(700, 1, 2, new FieldTypes(new Scopes(2, 0, 0, 0, 0, 3))));
            bpf.prefixes()
                    .create(new Prefixes(65535, 700))
                    .put(new VersionedRules.Prefix(Ipv4Prefix.parse("10.0.0.0/8"), 4, 0));
            PathKey path = new PathKey(3, "/etc/passwd");
            long[] bits = new long[32];
            bits[0] = 1;
            bits[31] = -1;
            bpf.exact().create(new Exact(65535, 700)).put(new Bitmap(path, bits));

            Shape.run(bpf);

            assertThat(comms.get("java")).isEqualTo(new Comm("java", 1, -1));
            assertThat(bpf.configs().get(65535, 700))
                    .isEqualTo(new Config(700, 1, 2, new FieldTypes(new Scopes(2, 0, 0, 0, Long.MIN_VALUE, 3))));
            bits[30] = 5;
            assertThat(Objects.requireNonNull(bpf.exact().get(new Exact(65535, 700), path))
                            .bits())
                    .isEqualTo(bits);
            assertThat(bpf.bitmaps()).isEmpty();
        }
    }

    static void fileSystems(Path object) {
        try (FileSystemsBpf bpf = FileSystemsBpf.load(object, new FileSystemsBpf.Sizes().units(2048))) {
            FileSystemsBpf.AllowedMap allowed = bpf.units().create(-1);
            allowed.put(new FileSystems.Allowed(0, 1));

            Shape.run(bpf);

            assertThat(allowed.get(0xef53)).isEqualTo(new FileSystems.Allowed(0xef53, 4_000_000_000L));
        }
    }

    static void containers(Path object) throws Exception {
        Rule rule = new Rule("/bin/sh", "/bin/init");
        Containers container = new Containers(4026531836L, 4026531840L);
        try (BpfFs pins = BpfFs.mount();
                ContainerRulesBpf.ContainersMap.Owned created =
                        ContainerRulesBpf.CONTAINERS_MAP.create(pins.path("containers"))) {
            created.create(container).put(new Verdict(rule, 65535, 0));
            try (ContainerRulesBpf bpf = ContainerRulesBpf.open(object)
                    .pins(PinOptions.in(pins.path("")))
                    .load()) {
                Shape.run(bpf);
            }
            assertThat(created.get(container, rule)).isEqualTo(new Verdict(rule, 65535, 32768));
        }
    }

    static void profiles(Path object) {
        try (EnforcedProfilesBpf bpf = EnforcedProfilesBpf.load(object)) {
            byte[] suffix = new byte[64];
            suffix[63] = -1;
            Pattern pattern = new Pattern(1, ByteString.ofUtf8("/").paddedTo(64), ByteString.of(suffix));
            bpf.files().create(4026531840L).put(new FileRule(63, 1, 0xffff_ffffL, pattern));
            int[] ports = new int[16];
            ports[15] = 65535;
            ByteString local = ByteString.ofHex("00000000000000000000000000000001");
            bpf.nets()
                    .create(4026531840L)
                    .put(new NetRule(
                            0, 1, 2, new EnforcedProfiles.Bits(1, 2, -1), new Ports(local, local, 1, 2, ports)));

            Shape.run(bpf);

            assertThat(bpf.files().get(4026531840L, 63))
                    .isEqualTo(new FileRule(
                            63, 1, 0xffff_ffffL, new Pattern(4_000_000_000L, pattern.prefix(), pattern.suffix())));
            assertThat(bpf.nets().get(4026531840L, 0))
                    .usingRecursiveComparison()
                    .isEqualTo(new NetRule(
                            0, 1, 2, new EnforcedProfiles.Bits(1, 2, -1), new Ports(local, local, 1, 60000, ports)));
        }
    }

    /** Returns a text of zeros that ends with a one, so that a shortened text is not equal to it. */
    private static ByteString text(int size) {
        byte[] text = new byte[size];
        text[0] = -1;
        text[size - 1] = 1;
        return ByteString.of(text);
    }
}
