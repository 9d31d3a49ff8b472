"""Firebase Cloud Messaging HTTP v1, with Google's OAuth 2 token endpoint and topic subscriptions.

Written from firebase.google.com/docs/reference/fcm/rest/v1/projects.messages,
firebase.google.com/docs/cloud-messaging/error-codes,
firebase.google.com/docs/reference/fcm/fcmtopics/rest, RFC 7523 and the proto3 JSON mapping.
"""
