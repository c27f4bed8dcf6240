// Medplum names the class WebSocket when it is loaded, and makes none here. Node has that class from 22 on.
globalThis.WebSocket ??= class {};
