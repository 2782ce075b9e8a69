/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Counts under texts that have the packet's first byte after their end, as an earlier use of a buffer leaves them. */
#include "text_keys.bpf.h"

/* Sets the bytes behind the end of a text. */
#define TEXT(to, text)                                                \
	do {                                                          \
		char fill = *(volatile char *)salt;                   \
                                                                      \
		__builtin_memset(to, fill, sizeof(to));               \
		__builtin_memcpy(to, text, sizeof(text));             \
	} while (0)

/* Returns the number of additions. */
SEC("xdp")
int count(struct xdp_md *ctx)
{
	char *salt = (void *)(long)ctx->data;
	struct account account = {.region = 7};
	char name[16], zone[13], site[12];
	int added;

	if ((void *)(salt + 1) > (void *)(long)ctx->data_end)
		return -1;
	TEXT(name, "web");
	TEXT(zone, "central");
	TEXT(site, "hall");
	TEXT(account.name, "root");
	added = !zone_use_add(zone, name, 1);
	added += !realm_login_add(&account, &account, 1);
	if (site_lookup_or_request(site))
		added += !site_use_add(site, name, 1);
	return added;
}

SEC("xdp")
int count_long(struct xdp_md *ctx)
{
	char *salt = (void *)(long)ctx->data;
	char name[128];

	if ((void *)(salt + 1) > (void *)(long)ctx->data_end)
		return -1;
	TEXT(name, "web");
	return !seen_add(name, 1);
}

/* Returns whether a value was found in which other bytes follow the text and are between the fields. */
SEC("xdp")
int know(struct xdp_md *ctx)
{
	char *salt = (void *)(long)ctx->data;
	struct known known;

	if ((void *)(salt + 1) > (void *)(long)ctx->data_end)
		return -1;
	__builtin_memset(&known, *(volatile char *)salt, sizeof(known));
	TEXT(known.name, "web");
	known.region = 7;
	known.number = 9;
	if (*salt == 1)
		return known_add(&known);
	return known_might_contain(&known) ? 2 : 3;
}

SEC("xdp")
int count_longer(struct xdp_md *ctx)
{
	char *salt = (void *)(long)ctx->data;
	char path[129];

	if ((void *)(salt + 1) > (void *)(long)ctx->data_end)
		return -1;
	TEXT(path, "/etc");
	return !path_add(path, 1);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
