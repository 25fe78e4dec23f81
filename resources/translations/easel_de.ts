<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutWindow</name>
    <message>
        <source>About Easel</source>
        <translation>Über Easel</translation>
    </message>
    <message>
        <source>Easel itself</source>
        <translation>Easel selbst</translation>
    </message>
    <message>
        <source>Easel {version}
Paints pictures from words on this computer, and sends nothing anywhere.
Licence: Apache-2.0. The parts it is made of:</source>
        <translation>Easel {version}
Malt Bilder aus Worten auf diesem Computer und sendet nichts irgendwohin.
Lizenz: Apache-2.0. Die Teile, aus denen es besteht:</translation>
    </message>
    <message>
        <source>Everything else inside</source>
        <translation>Alles andere darin</translation>
    </message>
    <message>
        <source>Icons</source>
        <translation>Symbole</translation>
    </message>
    <message>
        <source>Karlo, where it is downloaded</source>
        <translation>Karlo, wo es geladen wird</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Lizenzen</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>Pictures that the Starter learned from</source>
        <translation>Bilder, aus denen der Starter gelernt hat</translation>
    </message>
</context>
<context>
    <name>AdjustmentWindow</name>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Computing…</source>
        <translation>Wird berechnet …</translation>
    </message>
    <message>
        <source>Show it in the picture</source>
        <translation>Im Bild zeigen</translation>
    </message>
</context>
<context>
    <name>CandidatesPanel</name>
    <message>
        <source>4 more</source>
        <translation>4 weitere</translation>
    </message>
    <message>
        <source>About the pictures</source>
        <translation>Zu den Bildern</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Before and after: how much of the original is shown at the left</source>
        <translation>Vorher und nachher: wie viel vom Original links zu sehen ist</translation>
    </message>
    <message>
        <source>Click a picture to see it in the frame</source>
        <translation>Klicken Sie auf ein Bild, um es im Rahmen zu sehen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Four more of the same kind, beside these</source>
        <translation>Vier weitere derselben Art neben diesen</translation>
    </message>
    <message>
        <source>Keep as layer</source>
        <translation>Als Ebene behalten</translation>
    </message>
    <message>
        <source>Painting…</source>
        <translation>Wird gemalt …</translation>
    </message>
    <message>
        <source>Picture {number} of {count} · seed {seed}</source>
        <translation>Bild {number} von {count} · Seed {seed}</translation>
    </message>
    <message>
        <source>Pictures of this run</source>
        <translation>Bilder dieses Laufs</translation>
    </message>
    <message>
        <source>Reject all</source>
        <translation>Alle ablehnen</translation>
    </message>
    <message>
        <source>The original</source>
        <translation>Das Original</translation>
    </message>
    <message>
        <source>Variations of the chosen picture, as far away as the panel Vary says</source>
        <translation>Variationen des gewählten Bilds, so weit entfernt, wie das Feld „Variieren“ sagt</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Variieren</translation>
    </message>
    <message>
        <source>Your pictures will appear here</source>
        <translation>Hier erscheinen Ihre Bilder</translation>
    </message>
    <message>
        <source>orig</source>
        <translation>Orig.</translation>
    </message>
</context>
<context>
    <name>CanvasSurface</name>
    <message>
        <source>Painting…</source>
        <translation>Wird gemalt …</translation>
    </message>
    <message>
        <source>Write a prompt above and press Enter · or drop or paste a picture here</source>
        <translation>Oben einen Prompt schreiben und Enter drücken · oder hier ein Bild ablegen oder einfügen</translation>
    </message>
</context>
<context>
    <name>CanvasView</name>
    <message>
        <source>Canvas</source>
        <translation>Leinwand</translation>
    </message>
</context>
<context>
    <name>CardPanel</name>
    <message>
        <source>Build an engine for your NVIDIA card? About {download} are downloaded from the index of Python packages, and about {disk} stay on this computer. Libraries of NVIDIA are among them, under NVIDIA&apos;s own licences.</source>
        <translation>Eine Engine für Ihre NVIDIA-Karte bauen? Etwa {download} werden aus dem Verzeichnis der Python-Pakete geladen, und etwa {disk} bleiben auf diesem Computer. Darunter sind Bibliotheken von NVIDIA, unter NVIDIAs eigenen Lizenzen.</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>Download</source>
        <translation type="unfinished">Download</translation>
    </message>
    <message>
        <source>Download and build</source>
        <translation>Laden und bauen</translation>
    </message>
    <message>
        <source>Easel comes with an engine for the processor. This builds one for an NVIDIA card in your own folder, from packages that are downloaded when you ask for it.</source>
        <translation>Easel bringt eine Engine für den Prozessor mit. Hier wird eine für eine NVIDIA-Karte in Ihrem eigenen Ordner gebaut, aus Paketen, die geladen werden, wenn Sie es verlangen.</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished">Behalten</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation type="unfinished">Nicht jetzt</translation>
    </message>
    <message>
        <source>On the disk</source>
        <translation>Auf dem Datenträger</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished">Entfernen</translation>
    </message>
    <message>
        <source>Remove the engine for your NVIDIA card? {size} are deleted; Easel then paints on the processor. It can be built again.</source>
        <translation>Die Engine für Ihre NVIDIA-Karte entfernen? {size} werden gelöscht; Easel malt dann auf dem Prozessor. Sie kann wieder gebaut werden.</translation>
    </message>
    <message>
        <source>Use my NVIDIA card</source>
        <translation>Meine NVIDIA-Karte benutzen</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>etwa {size}</translation>
    </message>
    <message>
        <source>looking for it</source>
        <translation>wird gesucht</translation>
    </message>
    <message>
        <source>made for another version of Easel</source>
        <translation>für eine andere Version von Easel gemacht</translation>
    </message>
    <message>
        <source>no NVIDIA card, or no driver for it, was found on this computer</source>
        <translation>auf diesem Computer wurde keine NVIDIA-Karte oder kein Treiber für sie gefunden</translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished">bereit</translation>
    </message>
    <message>
        <source>starting</source>
        <translation type="unfinished">beginnt</translation>
    </message>
    <message>
        <source>unfinished</source>
        <translation>unfertig</translation>
    </message>
    <message>
        <source>{name}; its driver is too old, install version 580 or newer</source>
        <translation>{name}; ihr Treiber ist zu alt, installieren Sie Version 580 oder neuer</translation>
    </message>
</context>
<context>
    <name>ChannelRow</name>
    <message>
        <source>How much of it: below 0 leads away from it; double-click resets</source>
        <translation>Wie viel davon: unter 0 führt davon weg; Doppelklick setzt zurück</translation>
    </message>
    <message>
        <source>How much of its style: below 0 leads away from it; double-click resets</source>
        <translation>Wie viel von seinem Stil: unter 0 führt davon weg; Doppelklick setzt zurück</translation>
    </message>
    <message>
        <source>Mute: leave it out</source>
        <translation>Stumm: weglassen</translation>
    </message>
    <message>
        <source>Picture in the mix</source>
        <translation>Bild in der Mischung</translation>
    </message>
    <message>
        <source>Solo: leave all others out</source>
        <translation>Solo: alle anderen weglassen</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Motiv</translation>
    </message>
    <message>
        <source>Take it out of the mix</source>
        <translation>Aus der Mischung nehmen</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>Weight of its style</source>
        <translation>Gewicht seines Stils</translation>
    </message>
    <message>
        <source>Weight of its subject</source>
        <translation>Gewicht seines Motivs</translation>
    </message>
    <message>
        <source>Words in the mix</source>
        <translation>Worte in der Mischung</translation>
    </message>
    <message>
        <source>Words near this picture</source>
        <translation>Wörter nahe an diesem Bild</translation>
    </message>
    <message>
        <source>Words near this picture: add one, or lead away from it</source>
        <translation>Wörter nahe an diesem Bild: eines dazugeben oder davon wegführen</translation>
    </message>
</context>
<context>
    <name>Clipboard</name>
    <message>
        <source>No layer is chosen; click one in the list of layers first.</source>
        <translation>Keine Ebene ist gewählt; klicken Sie zuerst eine in der Ebenenliste an.</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <source>There is no picture on the clipboard; copy one and paste again.</source>
        <translation>In der Zwischenablage ist kein Bild; kopieren Sie eines und fügen Sie es erneut ein.</translation>
    </message>
    <message>
        <source>There is nothing of “{name}” to copy there; select another part.</source>
        <translation>Dort gibt es von „{name}“ nichts zu kopieren; wählen Sie einen anderen Teil aus.</translation>
    </message>
    <message>
        <source>There is nothing to copy yet; paint or open a picture first.</source>
        <translation>Es gibt noch nichts zu kopieren; malen oder öffnen Sie zuerst ein Bild.</translation>
    </message>
    <message>
        <source>This was to be pasted into the picture that was here before; paste it again to have it in this one.</source>
        <translation>Das sollte in das Bild eingefügt werden, das vorher hier war; fügen Sie es erneut ein, um es in diesem zu haben.</translation>
    </message>
</context>
<context>
    <name>ColourWheel</name>
    <message>
        <source>Colour wheel; arrows turn the hue</source>
        <translation>Farbrad; die Pfeiltasten drehen den Farbton</translation>
    </message>
</context>
<context>
    <name>ColoursPanel</name>
    <message>
        <source>Colour</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>Colour as hexadecimal number</source>
        <translation>Farbe als Hexadezimalzahl</translation>
    </message>
    <message>
        <source>Hex</source>
        <translation>Hex</translation>
    </message>
    <message>
        <source>Second colour; click to paint with it</source>
        <translation>Zweite Farbe; klicken Sie, um mit ihr zu malen</translation>
    </message>
    <message>
        <source>Swap the colours</source>
        <translation>Farben tauschen</translation>
    </message>
    <message>
        <source>Swap the colours (X)</source>
        <translation>Farben tauschen (X)</translation>
    </message>
    <message>
        <source>Used before:</source>
        <translation>Zuletzt verwendet:</translation>
    </message>
</context>
<context>
    <name>ContactSheet</name>
    <message>
        <source>Contact sheet</source>
        <translation>Kontaktbogen</translation>
    </message>
    <message>
        <source>Mixes across the pad</source>
        <translation>Mischungen quer über das Feld</translation>
    </message>
    <message>
        <source>Paint mixes from all over the pad in few steps; choose one to go there</source>
        <translation>Mischungen von überall auf dem Feld in wenigen Schritten malen; eine wählen, um dorthin zu gehen</translation>
    </message>
</context>
<context>
    <name>CreatePage</name>
    <message>
        <source>A result</source>
        <translation>Ein Ergebnis</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>PNG-Bild</translation>
    </message>
    <message>
        <source>Pictures of this run</source>
        <translation>Bilder dieses Laufs</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>Kopie speichern</translation>
    </message>
</context>
<context>
    <name>DetailsSide</name>
    <message>
        <source>About the chosen picture</source>
        <translation>Zum gewählten Bild</translation>
    </message>
    <message>
        <source>C&amp;ollections</source>
        <translation>Sa&amp;mmlungen</translation>
    </message>
    <message>
        <source>Choose a picture to see how it was made.</source>
        <translation>Wählen Sie ein Bild, um zu sehen, wie es entstand.</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>Angaben</translation>
    </message>
    <message>
        <source>No words belong to this picture.</source>
        <translation>Zu diesem Bild gehören keine Worte.</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message numerus="yes">
        <source>Show the {count} it was made from</source>
        <translation>
            <numerusform>Das {count} Bild zeigen, aus dem es entstand</numerusform>
            <numerusform>Die {count} Bilder zeigen, aus denen es entstand</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show the {count} made of it</source>
        <translation>
            <numerusform>Das {count} Bild zeigen, das daraus entstand</numerusform>
            <numerusform>Die {count} Bilder zeigen, die daraus entstanden</numerusform>
        </translation>
    </message>
    <message>
        <source>Show what it was made from</source>
        <translation>Zeigen, woraus es entstand</translation>
    </message>
    <message>
        <source>Show what was made of it</source>
        <translation>Zeigen, was daraus entstand</translation>
    </message>
    <message>
        <source>T&amp;ags</source>
        <translation>S&amp;chlagwörter</translation>
    </message>
    <message>
        <source>The chosen picture</source>
        <translation>Das gewählte Bild</translation>
    </message>
    <message>
        <source>What it was made from</source>
        <translation>Woraus es entstand</translation>
    </message>
    <message>
        <source>What was made of it</source>
        <translation>Was daraus entstand</translation>
    </message>
    <message>
        <source>separated by commas</source>
        <translation>durch Kommas getrennt</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures are selected</source>
        <translation>
            <numerusform>{count} Bild ist ausgewählt</numerusform>
            <numerusform>{count} Bilder sind ausgewählt</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DifferenceRow</name>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>How far</source>
        <translation>Wie weit</translation>
    </message>
    <message>
        <source>How far the picture goes from the one to the other</source>
        <translation>Wie weit das Bild vom einen zum anderen geht</translation>
    </message>
    <message>
        <source>Take this change away</source>
        <translation>Diese Änderung entfernen</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Zu</translation>
    </message>
    <message>
        <source>Use this change</source>
        <translation>Diese Änderung anwenden</translation>
    </message>
    <message>
        <source>Use this change, or leave it out for now</source>
        <translation>Diese Änderung anwenden oder vorerst weglassen</translation>
    </message>
    <message>
        <source>from … (may stay empty)</source>
        <translation>von … (darf leer bleiben)</translation>
    </message>
    <message>
        <source>to …</source>
        <translation>zu …</translation>
    </message>
</context>
<context>
    <name>Easel</name>
    <message>
        <source>A copy of unsaved work is being kept again.</source>
        <translation>Von ungesicherter Arbeit wird wieder eine Kopie gehalten.</translation>
    </message>
    <message>
        <source>A copy of unsaved work was damaged and cannot be read; it is kept in {folder} for {days_kept} days. Look there if you miss something.</source>
        <translation>Eine Kopie ungesicherter Arbeit war beschädigt und ist nicht lesbar; sie bleibt {days_kept} Tage in {folder}. Sehen Sie dort nach, falls Ihnen etwas fehlt.</translation>
    </message>
    <message>
        <source>A feather of {feather} cannot be used; choose 0 to 256.</source>
        <translation>Eine weiche Kante von {feather} ist nicht möglich; wählen Sie 0 bis 256.</translation>
    </message>
    <message>
        <source>A film needs two ends; put a picture or a text into both places.</source>
        <translation>Ein Film braucht zwei Enden; legen Sie an beide Stellen ein Bild oder einen Text.</translation>
    </message>
    <message>
        <source>A hole is painted at the size of the picture; leave the size out, or enlarge the picture first.</source>
        <translation>Ein Loch wird in der Größe des Bilds gemalt; lassen Sie die Größe weg oder vergrößern Sie zuerst das Bild.</translation>
    </message>
    <message>
        <source>A likeness is a picture; write words into the prompt instead.</source>
        <translation>Ein Vorbild ist ein Bild; Wörter gehören in den Prompt.</translation>
    </message>
    <message>
        <source>A login page answered instead of the publisher; open a browser, log in to this network, then continue. {kept}</source>
        <translation>Statt des Herausgebers hat eine Anmeldeseite geantwortet; öffnen Sie einen Browser, melden Sie sich in diesem Netz an und fahren Sie dann fort. {kept}</translation>
    </message>
    <message>
        <source>A mask cannot grow by {grow}; choose -256 to 256.</source>
        <translation>Eine Maske kann nicht um {grow} wachsen; wählen Sie -256 bis 256.</translation>
    </message>
    <message>
        <source>A mix takes two pictures, or a picture and words; select another picture, or write into the prompt.</source>
        <translation>Eine Mischung braucht zwei Bilder oder ein Bild und Worte; wählen Sie ein weiteres Bild aus oder schreiben Sie in den Prompt.</translation>
    </message>
    <message>
        <source>A path has two ends; ask for at least 2 pictures.</source>
        <translation>Ein Weg hat zwei Enden; verlangen Sie mindestens 2 Bilder.</translation>
    </message>
    <message>
        <source>A picture cannot be enlarged {scale} times; choose 2 or 4.</source>
        <translation>Ein Bild kann nicht {scale}-fach vergrößert werden; wählen Sie 2 oder 4.</translation>
    </message>
    <message>
        <source>A picture of {width} × {height} pixels cannot be worked on; use one of up to {largest_input} pixels on a side.</source>
        <translation>Ein Bild von {width} × {height} Pixeln kann nicht bearbeitet werden; nehmen Sie eines mit höchstens {largest_input} Pixeln je Seite.</translation>
    </message>
    <message>
        <source>A picture that this one was made from is not on this computer, so it cannot be made again; it is safe as it is. Ask for variations of it instead.</source>
        <translation>Ein Bild, aus dem dieses entstand, ist nicht auf diesem Computer, deshalb kann es nicht noch einmal gemalt werden; es selbst ist sicher. Lassen Sie sich stattdessen Variationen davon malen.</translation>
    </message>
    <message>
        <source>A picture&apos;s own noise is found and used by the sampler {sampler} alone; choose it, or let the composition change freely.</source>
        <translation>Das eigene Rauschen eines Bilds findet und nutzt nur der Sampler {sampler}; wählen Sie ihn, oder lassen Sie die Komposition frei.</translation>
    </message>
    <message>
        <source>A second decoder for Kandinsky 2.2 that fills holes and extends pictures.</source>
        <translation>Ein zweiter Decoder für Kandinsky 2.2, der Löcher füllt und Bilder erweitert.</translation>
    </message>
    <message>
        <source>A small picture is being painted to test the device; nothing of yours changes.</source>
        <translation>Ein kleines Bild wird gemalt, um das Gerät zu testen; von Ihren Sachen ändert sich nichts.</translation>
    </message>
    <message>
        <source>A stored embedding has no composition to keep; give the picture, or let the composition change freely.</source>
        <translation>Ein gespeichertes Embedding hat keine Komposition, die bleiben könnte; geben Sie das Bild an, oder lassen Sie die Komposition frei.</translation>
    </message>
    <message>
        <source>A weight in the mix is no number; choose one, such as 1.</source>
        <translation>Ein Gewicht in der Mischung ist keine Zahl; wählen Sie eine, etwa 1.</translation>
    </message>
    <message>
        <source>A {name} of {scale} cannot be used; choose from 0 to 50.</source>
        <translation>{name} = {scale} ist nicht möglich; wählen Sie 0 bis 50.</translation>
    </message>
    <message>
        <source>A {name} of {side} pixels cannot be made; choose 16 to {largest_side}.</source>
        <translation>{name} = {side} Pixel ist nicht möglich; wählen Sie 16 bis {largest_side}.</translation>
    </message>
    <message>
        <source>Accept picture</source>
        <translation>Bild übernehmen</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Addieren</translation>
    </message>
    <message>
        <source>Add layer mask</source>
        <translation>Ebenenmaske hinzufügen</translation>
    </message>
    <message>
        <source>An idea is one picture, one text or one stored embedding; give exactly one.</source>
        <translation>Eine Idee ist ein Bild, ein Text oder ein gespeichertes Embedding; geben Sie genau eines an.</translation>
    </message>
    <message>
        <source>Another Easel is downloading into this folder; wait until it is done, or pause it.</source>
        <translation>Ein anderes Easel lädt gerade in diesen Ordner; warten Sie, bis es fertig ist, oder halten Sie es an.</translation>
    </message>
    <message>
        <source>Another program has changed “{name}” since Easel read or wrote it. Nothing is saved yet; save over it, which keeps what is there now as a backup, or under another name.</source>
        <translation>Ein anderes Programm hat „{name}“ geändert, seit Easel die Datei gelesen oder geschrieben hat. Noch ist nichts gespeichert; speichern Sie darüber, wobei das, was jetzt dort ist, als Sicherung bleibt, oder unter einem anderen Namen.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Apple card</source>
        <translation>Apple-Grafik</translation>
    </message>
    <message>
        <source>Apply layer mask</source>
        <translation>Ebenenmaske anwenden</translation>
    </message>
    <message>
        <source>As the model has it</source>
        <translation>Wie im Modell</translation>
    </message>
    <message>
        <source>As the model needs it</source>
        <translation>Wie das Modell es braucht</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>Weichzeichnen</translation>
    </message>
    <message>
        <source>Chalk</source>
        <translation>Kreide</translation>
    </message>
    <message>
        <source>Change blend mode</source>
        <translation>Mischmodus ändern</translation>
    </message>
    <message>
        <source>Change guides</source>
        <translation>Hilfslinien ändern</translation>
    </message>
    <message>
        <source>Change opacity</source>
        <translation>Deckkraft ändern</translation>
    </message>
    <message>
        <source>Change seam</source>
        <translation>Naht ändern</translation>
    </message>
    <message>
        <source>Charcoal</source>
        <translation>Zeichenkohle</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Clear mask</source>
        <translation>Maske leeren</translation>
    </message>
    <message>
        <source>Click a colour to select it · Shift adds, Alt subtracts, both intersect</source>
        <translation>Klick auf eine Farbe wählt sie aus · Umschalt fügt hinzu, Alt zieht ab, beide bilden die Schnittmenge</translation>
    </message>
    <message>
        <source>Click or drag to take a colour; Ctrl does the same with every brush</source>
        <translation>Klicken oder ziehen nimmt eine Farbe auf; Strg tut dasselbe mit jedem Pinsel</translation>
    </message>
    <message>
        <source>Click to fill an area of like colour; as a gradient, drag from one colour to the other</source>
        <translation>Klick füllt einen Bereich ähnlicher Farbe; als Verlauf von einer Farbe zur anderen ziehen</translation>
    </message>
    <message>
        <source>Click to go closer, Alt+click to go away, drag sideways for any scale</source>
        <translation>Klick geht näher heran, Alt+Klick weiter weg, seitwärts ziehen für jeden Maßstab</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>Colour burn</source>
        <translation>Farbig nachbelichten</translation>
    </message>
    <message>
        <source>Colour dodge</source>
        <translation>Farbig abwedeln</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Computes on</source>
        <translation>Rechnet auf</translation>
    </message>
    <message>
        <source>Copy of unsaved work</source>
        <translation>Kopie ungesicherter Arbeit</translation>
    </message>
    <message>
        <source>Copy or download this file again; your pictures and the other files are not touched.</source>
        <translation>Kopieren oder laden Sie diese Datei noch einmal; Ihre Bilder und die übrigen Dateien bleiben unberührt.</translation>
    </message>
    <message>
        <source>Corners scale, edges stretch, inside moves, outside turns · Enter applies, Escape undoes</source>
        <translation>Ecken skalieren, Kanten strecken, innen verschieben, außen drehen · Eingabe wendet an, Esc macht rückgängig</translation>
    </message>
    <message>
        <source>Costs a little time of every picture.</source>
        <translation>Kostet bei jedem Bild ein wenig Zeit.</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>Zuschneiden</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Darken</source>
        <translation>Abdunkeln</translation>
    </message>
    <message>
        <source>Decoder</source>
        <translation>Decoder</translation>
    </message>
    <message>
        <source>Decoder guidance</source>
        <translation>Guidance des Decoders</translation>
    </message>
    <message>
        <source>Decoder steps</source>
        <translation>Schritte des Decoders</translation>
    </message>
    <message>
        <source>Delete layer</source>
        <translation>Ebene löschen</translation>
    </message>
    <message>
        <source>Delete layer mask</source>
        <translation>Ebenenmaske löschen</translation>
    </message>
    <message>
        <source>Delete selection</source>
        <translation>Auswahl löschen</translation>
    </message>
    <message>
        <source>Deselect</source>
        <translation>Auswahl aufheben</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Differenz</translation>
    </message>
    <message>
        <source>Drag inside to move, an edge to resize, outside to draw a new one; Alt: no snapping</source>
        <translation>Innen ziehen verschiebt, an der Kante ändert die Größe, außen zieht einen neuen auf; Alt: ohne Einrasten</translation>
    </message>
    <message>
        <source>Drag to erase · Shift+click: straight line · Shift+drag or [ ]: size</source>
        <translation>Ziehen radiert · Umschalt+Klick: gerade Linie · Umschalt+ziehen oder [ ]: Größe</translation>
    </message>
    <message>
        <source>Drag to move the layer or what is selected of it; Shift: one direction; arrows nudge</source>
        <translation>Ziehen verschiebt die Ebene oder das Ausgewählte daraus; Umschalt: eine Richtung; Pfeile rücken</translation>
    </message>
    <message>
        <source>Drag to move the view; Space does the same with every tool</source>
        <translation>Ziehen verschiebt die Ansicht; die Leertaste tut es mit jedem Werkzeug</translation>
    </message>
    <message>
        <source>Drag to paint · Shift+click: straight line · Shift+drag or [ ]: size · hold Ctrl: pick a colour</source>
        <translation>Ziehen malt · Umschalt+Klick: gerade Linie · Umschalt+ziehen oder [ ]: Größe · Strg halten: Farbe aufnehmen</translation>
    </message>
    <message>
        <source>Drag to select · Shift adds, Alt subtracts, both intersect · click: select nothing</source>
        <translation>Ziehen wählt aus · Umschalt fügt hinzu, Alt zieht ab, beide bilden die Schnittmenge · Klick: nichts auswählen</translation>
    </message>
    <message>
        <source>Drag to turn the view; Shift stops every 15 degrees</source>
        <translation>Ziehen dreht die Ansicht; Umschalt hält alle 15 Grad an</translation>
    </message>
    <message>
        <source>Drag what to keep, Enter cuts, Escape leaves everything as it was</source>
        <translation>Ziehen Sie um das, was bleiben soll; Eingabe schneidet, Esc lässt alles, wie es war</translation>
    </message>
    <message>
        <source>Draw around an area, or click corners where sides are straight: Enter closes it · Shift adds, Alt subtracts, both intersect</source>
        <translation>Umfahren Sie einen Bereich oder klicken Sie bei geraden Seiten die Ecken an: Eingabe schließt ihn · Umschalt fügt hinzu, Alt zieht ab, beide bilden die Schnittmenge</translation>
    </message>
    <message>
        <source>Duplicate layer</source>
        <translation>Ebene duplizieren</translation>
    </message>
    <message>
        <source>Easel cannot keep a copy of unsaved work in {parent}: {error}. Your picture is unchanged; save it, then make room there.</source>
        <translation>Easel kann in {parent} keine Kopie ungesicherter Arbeit halten: {error}. Ihr Bild ist unverändert; speichern Sie es und schaffen Sie dort dann Platz.</translation>
    </message>
    <message>
        <source>Easel cannot keep a copy of unsaved work in {root}: {error}. Your picture is unchanged; save it, then make room there.</source>
        <translation>Easel kann in {root} keine Kopie ungesicherter Arbeit halten: {error}. Ihr Bild ist unverändert; speichern Sie es und schaffen Sie dort dann Platz.</translation>
    </message>
    <message>
        <source>Easel cannot look for unsaved work in {root} ({strerror}). Nothing there was changed; check who may read it, then start Easel again.</source>
        <translation>Easel kann in {root} nicht nach ungesicherter Arbeit suchen ({strerror}). Dort wurde nichts verändert; prüfen Sie, wer dort lesen darf, und starten Sie Easel dann neu.</translation>
    </message>
    <message>
        <source>Easel is still busy with another model; wait for it or pause it.</source>
        <translation>Easel ist noch mit einem anderen Modell beschäftigt; warten Sie, oder halten Sie es an.</translation>
    </message>
    <message>
        <source>Easel is still busy with the card; wait for it or pause it.</source>
        <translation>Easel ist noch mit der Karte beschäftigt; warten Sie, oder halten Sie es an.</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Engine</translation>
    </message>
    <message>
        <source>Enlarged</source>
        <translation>Vergrößert</translation>
    </message>
    <message>
        <source>Enlarged {scale} times the picture would have {width} × {height} pixels, more than can be held; choose a smaller factor or crop it first.</source>
        <translation>{scale}-fach vergrößert hätte das Bild {width} × {height} Pixel, mehr als möglich; wählen Sie einen kleineren Faktor, oder schneiden Sie es zuerst zu.</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Radieren</translation>
    </message>
    <message>
        <source>Erase mask</source>
        <translation>Maske radieren</translation>
    </message>
    <message>
        <source>Every {deep_every} steps cannot be used; choose 1 to {most_steps_apart}.</source>
        <translation>Alle {deep_every} Schritte ist nicht möglich; wählen Sie 1 bis {most_steps_apart}.</translation>
    </message>
    <message>
        <source>Exclusion</source>
        <translation>Ausschluss</translation>
    </message>
    <message>
        <source>Exported to {report}</source>
        <translation>Nach {report} exportiert</translation>
    </message>
    <message>
        <source>Exported to {report}, but how it was made could not be written into the file.</source>
        <translation>Nach {report} exportiert, aber wie es entstanden ist, ließ sich nicht in die Datei schreiben.</translation>
    </message>
    <message>
        <source>Extend picture</source>
        <translation>Bild erweitern</translation>
    </message>
    <message>
        <source>Feather of results</source>
        <translation>Weiche Kante der Ergebnisse</translation>
    </message>
    <message>
        <source>Feather selection</source>
        <translation>Auswahlkante weichzeichnen</translation>
    </message>
    <message>
        <source>Files and folders</source>
        <translation>Dateien und Ordner</translation>
    </message>
    <message>
        <source>Files say how they were made</source>
        <translation>Dateien sagen, wie sie entstanden</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>Füllen</translation>
    </message>
    <message>
        <source>Fill mask</source>
        <translation>Maske füllen</translation>
    </message>
    <message>
        <source>Filled in</source>
        <translation>Ausgefüllt</translation>
    </message>
    <message>
        <source>Finishing</source>
        <translation>Abschließen</translation>
    </message>
    <message>
        <source>Fix result</source>
        <translation>Ergebnis festschreiben</translation>
    </message>
    <message>
        <source>Flatten picture</source>
        <translation>Auf eine Ebene reduzieren</translation>
    </message>
    <message>
        <source>Flip layer</source>
        <translation>Ebene spiegeln</translation>
    </message>
    <message>
        <source>Found in {name}: {parts}.</source>
        <translation>In {name} gefunden: {parts}.</translation>
    </message>
    <message>
        <source>Full (32 bits)</source>
        <translation>Voll (32 Bit)</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>Galerie</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Group layers</source>
        <translation>Ebenen gruppieren</translation>
    </message>
    <message>
        <source>Grow selection</source>
        <translation>Auswahl vergrößern</translation>
    </message>
    <message>
        <source>Growth of the mask</source>
        <translation>Wachstum der Maske</translation>
    </message>
    <message>
        <source>Guidance from {begin} until {end} of the way cannot be used; choose two numbers from 0 to 1, the smaller one first.</source>
        <translation>Guidance von {begin} bis {end} des Wegs ist nicht möglich; wählen Sie zwei Zahlen von 0 bis 1, die kleinere zuerst.</translation>
    </message>
    <message>
        <source>Half (16 bits)</source>
        <translation>Halb (16 Bit)</translation>
    </message>
    <message>
        <source>Half takes half the memory and is quicker on cards; a seed may then give a slightly different picture.</source>
        <translation>Halb braucht halb so viel Speicher und ist auf Grafikkarten schneller; ein Seed kann dann ein etwas anderes Bild ergeben.</translation>
    </message>
    <message>
        <source>Hard light</source>
        <translation>Hartes Licht</translation>
    </message>
    <message>
        <source>Hide layer</source>
        <translation>Ebene ausblenden</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Hoher Kontrast</translation>
    </message>
    <message>
        <source>High contrast is black and white with strong outlines.</source>
        <translation>Hoher Kontrast ist schwarz und weiß mit kräftigen Umrissen.</translation>
    </message>
    <message>
        <source>How far a filled-in part reaches beyond its mask; below 0 it stays inside.</source>
        <translation>Wie weit ein ausgefüllter Teil über seine Maske hinausreicht; unter 0 bleibt er darin.</translation>
    </message>
    <message>
        <source>How far a filled-in part takes on the colours around it.</source>
        <translation>Wie weit ein ausgefüllter Teil die Farben um ihn herum annimmt.</translation>
    </message>
    <message>
        <source>How far new parts take after the rest</source>
        <translation>Wie weit neue Teile dem Rest gleichen</translation>
    </message>
    <message>
        <source>How far the meaning of variations may drift</source>
        <translation>Wie weit die Bedeutung von Variationen abweichen darf</translation>
    </message>
    <message>
        <source>How far their composition may</source>
        <translation>Wie weit ihre Komposition abweichen darf</translation>
    </message>
    <message>
        <source>How many of the processor&apos;s threads paint. Fewer leave room for other programs.</source>
        <translation>Wie viele Threads des Prozessors malen. Weniger lassen anderen Programmen Raum.</translation>
    </message>
    <message>
        <source>How often a picture that has a project file is written into it. Beside that, unsaved work is kept after every action, for the next start to offer.</source>
        <translation>Wie oft ein Bild, das eine Projektdatei hat, in sie geschrieben wird. Daneben wird ungesicherte Arbeit nach jeder Handlung aufbewahrt und beim nächsten Start angeboten.</translation>
    </message>
    <message>
        <source>How often the decoder goes over a picture. More take longer and show finer detail.</source>
        <translation>Wie oft der Decoder über ein Bild geht. Mehr dauert länger und zeigt feinere Einzelheiten.</translation>
    </message>
    <message>
        <source>How often the prior refines the idea that it makes of your words.</source>
        <translation>Wie oft der Prior die Idee verfeinert, die er aus Ihren Worten macht.</translation>
    </message>
    <message>
        <source>How softly a filled-in part runs into what was there.</source>
        <translation>Wie weich ein ausgefüllter Teil in das übergeht, was da war.</translation>
    </message>
    <message>
        <source>How strictly the decoder keeps to the idea. Too much makes colours harsh.</source>
        <translation>Wie streng sich der Decoder an die Idee hält. Zu viel macht Farben grell.</translation>
    </message>
    <message>
        <source>How strictly the idea keeps to your words. Less gives more variety.</source>
        <translation>Wie streng sich die Idee an Ihre Worte hält. Weniger gibt mehr Vielfalt.</translation>
    </message>
    <message>
        <source>Hue</source>
        <translation>Farbton</translation>
    </message>
    <message>
        <source>Hue and saturation</source>
        <translation>Farbton und Sättigung</translation>
    </message>
    <message>
        <source>If what you choose is not in this computer, the processor does it. On Linux, Generate ▸ Models… builds an engine for an NVIDIA card.</source>
        <translation>Wenn es das Gewählte in diesem Computer nicht gibt, rechnet der Prozessor. Unter Linux baut Erzeugen ▸ Modelle … eine Engine für eine NVIDIA-Karte.</translation>
    </message>
    <message>
        <source>In Easel&apos;s own folder</source>
        <translation>In Easels eigenem Ordner</translation>
    </message>
    <message>
        <source>Invert mask</source>
        <translation>Maske umkehren</translation>
    </message>
    <message>
        <source>Invert selection</source>
        <translation>Auswahl umkehren</translation>
    </message>
    <message>
        <source>Isolate group</source>
        <translation>Gruppe isolieren</translation>
    </message>
    <message>
        <source>It does not work: the engine failed in a way nobody foresaw. Nothing of yours is lost; choose the processor instead.</source>
        <translation>Es geht nicht: Die Maschine ist auf unvorhergesehene Weise gescheitert. Nichts von Ihnen ist verloren; wählen Sie stattdessen den Prozessor.</translation>
    </message>
    <message>
        <source>It works: a small picture on “{device}” took {seconds} s.</source>
        <translation>Es geht: Ein kleines Bild auf „{device}“ dauerte {seconds} s.</translation>
    </message>
    <message>
        <source>Its file is missing; put it back or discard the entry.</source>
        <translation>Die Datei fehlt; legen Sie sie zurück, oder verwerfen Sie den Eintrag.</translation>
    </message>
    <message>
        <source>Keep as layer</source>
        <translation>Als Ebene behalten</translation>
    </message>
    <message>
        <source>Keep the seed</source>
        <translation>Den Seed behalten</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>Tasten und Maus</translation>
    </message>
    <message>
        <source>Keys of your own</source>
        <translation>Eigene Tasten</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Large and detailed; 512 to 1024 pixels. A graphics card makes it quick.</source>
        <translation>Groß und detailreich; 512 bis 1024 Pixel. Mit einer Grafikkarte geht es schnell.</translation>
    </message>
    <message>
        <source>Larger files that lose nothing.</source>
        <translation>Größere Dateien, die nichts verlieren.</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Ebene</translation>
    </message>
    <message>
        <source>Letters, buttons and icons together. Pictures are shown as before.</source>
        <translation>Buchstaben, Knöpfe und Symbole zusammen. Bilder werden gezeigt wie zuvor.</translation>
    </message>
    <message>
        <source>Levels</source>
        <translation>Tonwerte</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Lighten</source>
        <translation>Aufhellen</translation>
    </message>
    <message>
        <source>Load models in parts</source>
        <translation>Modelle in Teilen laden</translation>
    </message>
    <message>
        <source>Load selection</source>
        <translation>Auswahl laden</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>Modell wird geladen</translation>
    </message>
    <message>
        <source>Lock layer</source>
        <translation>Ebene sperren</translation>
    </message>
    <message>
        <source>Lock transparency</source>
        <translation>Transparenz sperren</translation>
    </message>
    <message>
        <source>Looking</source>
        <translation>Wird betrachtet</translation>
    </message>
    <message>
        <source>Luminosity</source>
        <translation>Luminanz</translation>
    </message>
    <message>
        <source>Mask from selection</source>
        <translation>Maske aus der Auswahl</translation>
    </message>
    <message>
        <source>Matching of colours</source>
        <translation>Angleichen der Farben</translation>
    </message>
    <message>
        <source>Memory budget</source>
        <translation>Speichergrenze</translation>
    </message>
    <message>
        <source>Memory for undo</source>
        <translation>Speicher zum Rückgängigmachen</translation>
    </message>
    <message>
        <source>Menus appear at once, nothing slides or fades, and the cursor does not blink.</source>
        <translation>Menüs erscheinen sofort, nichts gleitet oder blendet über, und die Einfügemarke blinkt nicht.</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>Nach unten vereinen</translation>
    </message>
    <message>
        <source>Merge group</source>
        <translation>Gruppe vereinen</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mischen</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Move frame</source>
        <translation>Rahmen verschieben</translation>
    </message>
    <message>
        <source>Move layer</source>
        <translation>Ebene verschieben</translation>
    </message>
    <message>
        <source>Move selection</source>
        <translation>Auswahl verschieben</translation>
    </message>
    <message>
        <source>Multiply</source>
        <translation>Multiplizieren</translation>
    </message>
    <message>
        <source>NVIDIA card</source>
        <translation>NVIDIA-Karte</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>Neue Gruppe</translation>
    </message>
    <message>
        <source>New layer</source>
        <translation>Neue Ebene</translation>
    </message>
    <message>
        <source>New picture</source>
        <translation>Neues Bild</translation>
    </message>
    <message>
        <source>No layer is chosen; click one in the list of layers first.</source>
        <translation>Keine Ebene ist gewählt; klicken Sie zuerst eine in der Ebenenliste an.</translation>
    </message>
    <message>
        <source>No picture is chosen; click one in the tray first.</source>
        <translation>Kein Bild ist gewählt; klicken Sie zuerst eines in der Leiste an.</translation>
    </message>
    <message>
        <source>No style would be left of this mix; give the style of a picture or text a weight above 0.</source>
        <translation>Von dieser Mischung bliebe kein Stil übrig; geben Sie dem Stil eines Bildes oder Textes ein Gewicht über 0.</translation>
    </message>
    <message>
        <source>No style would be left of this mix; give the style of something a weight.</source>
        <translation>Von dieser Mischung bliebe kein Stil übrig; geben Sie dem Stil von etwas ein Gewicht.</translation>
    </message>
    <message>
        <source>Noise can only be recovered from pictures; give two pictures or one fixed noise.</source>
        <translation>Nur aus Bildern lässt sich Rauschen zurückgewinnen; geben Sie zwei Bilder oder ein festes Rauschen an.</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>Not all of {root} could be removed ({strerror}); quit Easel&apos;s other windows and remove the folder by hand.</source>
        <translation>Nicht alles in {root} konnte entfernt werden ({strerror}); beenden Sie Easels andere Fenster, und entfernen Sie den Ordner von Hand.</translation>
    </message>
    <message>
        <source>Nothing is empty or marked in these frames; choose a side, or erase what is to be painted.</source>
        <translation>In diesen Rahmen ist nichts leer oder markiert; wählen Sie eine Seite, oder radieren Sie weg, was gemalt werden soll.</translation>
    </message>
    <message>
        <source>Nothing is in the mix yet; put in a picture or write a text.</source>
        <translation>Noch ist nichts in der Mischung; legen Sie ein Bild hinein, oder schreiben Sie einen Text.</translation>
    </message>
    <message>
        <source>Nothing is marked; erase or select what is to be painted, or generate instead.</source>
        <translation>Nichts ist markiert; radieren oder wählen Sie aus, was gemalt werden soll, oder erzeugen Sie stattdessen ein Bild.</translation>
    </message>
    <message>
        <source>Nothing is selected; select a part of the picture first.</source>
        <translation>Nichts ist ausgewählt; wählen Sie zuerst einen Teil des Bilds aus.</translation>
    </message>
    <message>
        <source>Nothing is selected; select something first.</source>
        <translation>Nichts ist ausgewählt; wählen Sie zuerst etwas aus.</translation>
    </message>
    <message>
        <source>Nothing is to be changed yet; write what the picture should become.</source>
        <translation>Noch soll sich nichts ändern; schreiben Sie, was aus dem Bild werden soll.</translation>
    </message>
    <message>
        <source>Nothing is to be changed; say what the picture should become.</source>
        <translation>Nichts soll sich ändern; sagen Sie, was aus dem Bild werden soll.</translation>
    </message>
    <message>
        <source>Nothing of the work kept in {folder} can be read; the folder was not changed. Look for another copy of the picture.</source>
        <translation>Von der Arbeit in {folder} ist nichts lesbar; der Ordner wurde nicht verändert. Suchen Sie eine andere Kopie des Bilds.</translation>
    </message>
    <message>
        <source>Nothing would be left of the selection; it stays as it was. Try a smaller number.</source>
        <translation>Von der Auswahl bliebe nichts übrig; sie bleibt, wie sie war. Versuchen Sie eine kleinere Zahl.</translation>
    </message>
    <message>
        <source>Nothing would be left of this mix; give a picture or text a weight above 0, and look whether it is muted.</source>
        <translation>Von dieser Mischung bliebe nichts übrig; geben Sie einem Bild oder Text ein Gewicht über 0, und sehen Sie nach, ob es stumm ist.</translation>
    </message>
    <message>
        <source>Nothing would be left of this mix; give something a weight.</source>
        <translation>Von dieser Mischung bliebe nichts übrig; geben Sie etwas ein Gewicht.</translation>
    </message>
    <message>
        <source>Of files that you export. Smaller numbers make smaller files.</source>
        <translation>Von Dateien, die Sie exportieren. Kleinere Zahlen ergeben kleinere Dateien.</translation>
    </message>
    <message>
        <source>On a path</source>
        <translation>Auf einem Weg</translation>
    </message>
    <message>
        <source>Only pictures can be kept as they are, and one end is a text; put in a picture, or let the ends be painted.</source>
        <translation>Nur Bilder können bleiben, wie sie sind, und ein Ende ist ein Text; legen Sie ein Bild hinein, oder lassen Sie die Enden malen.</translation>
    </message>
    <message>
        <source>Only the part at work is in memory, and pictures are painted one after the other. Takes least memory and about twice the time.</source>
        <translation>Nur der Teil, der arbeitet, ist im Speicher, und Bilder werden nacheinander gemalt. Braucht am wenigsten Speicher und etwa doppelt so lange.</translation>
    </message>
    <message>
        <source>Only {value} % overlaps; move the frame closer to the picture.</source>
        <translation>Nur {value} % überlappen; schieben Sie den Rahmen näher an das Bild.</translation>
    </message>
    <message>
        <source>Open picture</source>
        <translation>Bild öffnen</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>Ineinanderkopieren</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>Malen</translation>
    </message>
    <message>
        <source>Paint layer mask</source>
        <translation>Ebenenmaske malen</translation>
    </message>
    <message>
        <source>Paint mask</source>
        <translation>Maske malen</translation>
    </message>
    <message>
        <source>Painted from words</source>
        <translation>Aus Worten gemalt</translation>
    </message>
    <message>
        <source>Painted over</source>
        <translation>Übermalt</translation>
    </message>
    <message>
        <source>Painting</source>
        <translation>Malen</translation>
    </message>
    <message>
        <source>Paints at 64 pixels and enlarges to 256. It has no inpainting checkpoint: known pixels are kept by blending them in while it paints.</source>
        <translation>Malt mit 64 Pixeln und vergrößert auf 256. Zum Ausfüllen hat es kein eigenes Modell: Bekannte Pixel bleiben, indem sie beim Malen eingeblendet werden.</translation>
    </message>
    <message>
        <source>Pass group through</source>
        <translation>Gruppe durchreichen</translation>
    </message>
    <message>
        <source>Paste picture</source>
        <translation>Bild einfügen</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Pictures per run</source>
        <translation>Bilder je Lauf</translation>
    </message>
    <message>
        <source>Place picture</source>
        <translation>Bild platzieren</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Prior</source>
        <translation>Prior</translation>
    </message>
    <message>
        <source>Prior guidance</source>
        <translation>Guidance des Priors</translation>
    </message>
    <message>
        <source>Prior steps</source>
        <translation>Schritte des Priors</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>Prompt, seed and settings are written into the files that you save and export.</source>
        <translation>Prompt, Seed und Einstellungen werden in die Dateien geschrieben, die Sie speichern und exportieren.</translation>
    </message>
    <message>
        <source>Quality of JPEG and WebP</source>
        <translation>Qualität von JPEG und WebP</translation>
    </message>
    <message>
        <source>Recover unsaved work</source>
        <translation>Ungesicherte Arbeit wiederherstellen</translation>
    </message>
    <message>
        <source>Recovering</source>
        <translation>Wird zurückgewonnen</translation>
    </message>
    <message>
        <source>Reduced motion</source>
        <translation>Weniger Bewegung</translation>
    </message>
    <message>
        <source>Rename layer</source>
        <translation>Ebene umbenennen</translation>
    </message>
    <message>
        <source>Reorder layers</source>
        <translation>Ebenen umordnen</translation>
    </message>
    <message>
        <source>Restore mask</source>
        <translation>Maske wiederherstellen</translation>
    </message>
    <message>
        <source>Reworded</source>
        <translation>Umformuliert</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>Sampler</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>Sättigung</translation>
    </message>
    <message>
        <source>Save projects by themselves</source>
        <translation>Projekte von selbst sichern</translation>
    </message>
    <message>
        <source>Save selection</source>
        <translation>Auswahl speichern</translation>
    </message>
    <message>
        <source>Saved to {path}</source>
        <translation>Gespeichert in {path}</translation>
    </message>
    <message>
        <source>Say first what you do want: choose More like this for a picture, or describe it by meaning.</source>
        <translation>Sagen Sie zuerst, was Sie möchten: Wählen Sie „Mehr davon“ für ein Bild, oder beschreiben Sie es nach Bedeutung.</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>Negativ multiplizieren</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Seed</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>Auswählen</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
    <message>
        <source>Select layer&apos;s pixels</source>
        <translation>Pixel der Ebene auswählen</translation>
    </message>
    <message>
        <source>Selection from mask</source>
        <translation>Auswahl aus der Maske</translation>
    </message>
    <message>
        <source>Sharpen</source>
        <translation>Schärfen</translation>
    </message>
    <message>
        <source>Show layer</source>
        <translation>Ebene einblenden</translation>
    </message>
    <message>
        <source>Show pictures while they are painted</source>
        <translation>Bilder zeigen, während sie gemalt werden</translation>
    </message>
    <message>
        <source>Shrink selection</source>
        <translation>Auswahl verkleinern</translation>
    </message>
    <message>
        <source>Size of everything</source>
        <translation>Größe von allem</translation>
    </message>
    <message>
        <source>Small and quick; comes with Easel. Simple pictures of everyday things.</source>
        <translation>Klein und schnell; gehört zu Easel. Einfache Bilder alltäglicher Dinge.</translation>
    </message>
    <message>
        <source>Soft light</source>
        <translation>Weiches Licht</translation>
    </message>
    <message>
        <source>Some of the unsaved work could not be read and is missing: {names}. What you see is all there is; save it under a new name.</source>
        <translation>Ein Teil der ungesicherten Arbeit war nicht lesbar und fehlt: {names}. Mehr als das, was Sie sehen, gibt es nicht; speichern Sie es unter einem neuen Namen.</translation>
    </message>
    <message>
        <source>Something on the way changes the files it passes on; try another network. {kept}</source>
        <translation>Unterwegs verändert etwas die Dateien; versuchen Sie ein anderes Netz. {kept}</translation>
    </message>
    <message>
        <source>Strength of painting over</source>
        <translation>Stärke des Übermalens</translation>
    </message>
    <message>
        <source>Taken in from a file</source>
        <translation>Aus einer Datei aufgenommen</translation>
    </message>
    <message>
        <source>Test device</source>
        <translation>Gerät testen</translation>
    </message>
    <message>
        <source>The card or its driver failed; nothing of your picture is lost. Paint on the processor, or start Easel again before you try the card once more.</source>
        <translation>Die Karte oder ihr Treiber hat versagt; von Ihrem Bild ist nichts verloren. Malen Sie auf dem Prozessor, oder starten Sie Easel neu, bevor Sie es noch einmal mit der Karte versuchen.</translation>
    </message>
    <message>
        <source>The disk is full, and {left} GB of the model are still to come. What was downloaded is kept. Free {short} GB and press Continue, or choose another folder for models under Edit ▸ Settings…, where the download begins anew.</source>
        <translation>Der Datenträger ist voll, und {left} GB des Modells stehen noch aus. Was geladen wurde, bleibt erhalten. Schaffen Sie {short} GB Platz und drücken Sie „Fortfahren“, oder wählen Sie unter Bearbeiten ▸ Einstellungen … einen anderen Ordner für Modelle, wo das Laden neu beginnt.</translation>
    </message>
    <message>
        <source>The disk is full. {kept} Free {need} GB, then continue.</source>
        <translation>Der Datenträger ist voll. {kept} Schaffen Sie {need} GB Platz, und fahren Sie dann fort.</translation>
    </message>
    <message>
        <source>The download was sent on to {place}, which is not on Easel&apos;s list, so it was stopped; what is here is kept. Try another network or mirror.</source>
        <translation>Der Download wurde an {place} weitergeleitet, das nicht auf Easels Liste steht, und deshalb angehalten; was hier ist, bleibt. Versuchen Sie ein anderes Netz oder einen anderen Spiegel.</translation>
    </message>
    <message>
        <source>The download was sent round in circles; try another network or mirror.</source>
        <translation>Der Download wurde im Kreis geschickt; versuchen Sie ein anderes Netz oder einen anderen Spiegel.</translation>
    </message>
    <message>
        <source>The download was stopped; what is here is kept.</source>
        <translation>Der Download wurde angehalten; was hier ist, bleibt.</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly; nothing of your picture is lost. Press Generate to start it again.</source>
        <translation>Die Engine hat unerwartet aufgehört; von Ihrem Bild ist nichts verloren. Drücken Sie „Erzeugen“, um sie neu zu starten.</translation>
    </message>
    <message>
        <source>The engine that was built for the card cannot be started ({reason}); nothing of your picture is lost. Build it anew or stop using it, under “NVIDIA card”.</source>
        <translation>Die Engine, die für die Karte gebaut wurde, kann nicht gestartet werden ({reason}); von Ihrem Bild ist nichts verloren. Bauen Sie sie neu, oder benutzen Sie sie nicht mehr, unter „NVIDIA-Karte“.</translation>
    </message>
    <message>
        <source>The engine was built, but computes on “{device}”: it finds no NVIDIA card that it can use. Install the newest driver for the card, then continue.</source>
        <translation>Die Engine wurde gebaut, rechnet aber auf „{device}“: Sie findet keine NVIDIA-Karte, die sie benutzen kann. Installieren Sie den neuesten Treiber für die Karte, und fahren Sie dann fort.</translation>
    </message>
    <message>
        <source>The fastest there is</source>
        <translation>Das Schnellste, was da ist</translation>
    </message>
    <message>
        <source>The file {path} of {title} is not on this computer; download the model or choose the folder it is in.</source>
        <translation>Die Datei {path} von {title} ist nicht auf diesem Computer; laden Sie das Modell, oder wählen Sie den Ordner, in dem es liegt.</translation>
    </message>
    <message>
        <source>The files of {missing} are damaged or not where they were, so nothing is painted with it. Your pictures are safe; say where the files are, get them again, or paint with the Starter for now.</source>
        <translation>Die Dateien von {missing} sind beschädigt oder nicht mehr, wo sie waren, also wird nichts damit gemalt. Ihre Bilder sind sicher; sagen Sie, wo die Dateien sind, holen Sie sie neu, oder malen Sie vorerst mit dem Starter.</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be written to ({strerror}); choose another one.</source>
        <translation>In den Ordner {folder} kann nicht geschrieben werden ({strerror}); wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>The folder {folder} does not hold the {part} of a model that Easel knows; its shapes are others. Nothing was changed; choose another folder.</source>
        <translation>Der Ordner {folder} enthält nicht {part} eines Modells, das Easel kennt; die Formen sind andere. Nichts wurde verändert; wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>The folder “{name}” could not be made in {parent}; nothing was written. Choose another place.</source>
        <translation>Der Ordner „{name}“ konnte in {parent} nicht angelegt werden; nichts wurde geschrieben. Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>The gallery cannot search by meaning: nothing can be written into {cache}. Your pictures are safe; make room there and search again.</source>
        <translation>Die Galerie kann nicht nach Bedeutung suchen: In {cache} kann nichts geschrieben werden. Ihre Bilder sind sicher; schaffen Sie dort Platz, und suchen Sie erneut.</translation>
    </message>
    <message>
        <source>The gallery in {parent} cannot be read or written; nothing there was changed. Check that the disk has room and that you may write there, then start Easel again.</source>
        <translation>Die Galerie in {parent} kann nicht gelesen oder geschrieben werden; dort wurde nichts verändert. Prüfen Sie, ob Platz ist und Sie dort schreiben dürfen, und starten Sie Easel dann neu.</translation>
    </message>
    <message>
        <source>The gallery is in use by another Easel window; pictures made in this one are kept as files and listed at the next start. Close one of the two windows.</source>
        <translation>Die Galerie wird von einem anderen Easel-Fenster benutzt; Bilder aus diesem werden als Dateien behalten und beim nächsten Start aufgenommen. Schließen Sie eines der beiden Fenster.</translation>
    </message>
    <message>
        <source>The gallery was written by a later Easel and is left as it is; pictures made now are kept as files. Update Easel to see them all.</source>
        <translation>Die Galerie wurde von einem neueren Easel geschrieben und bleibt, wie sie ist; Bilder von jetzt werden als Dateien behalten. Aktualisieren Sie Easel, um alle zu sehen.</translation>
    </message>
    <message>
        <source>The gallery&apos;s list in {parent} was damaged; your pictures are safe in the folder beside it, and the list is made anew from them.</source>
        <translation>Das Verzeichnis der Galerie in {parent} war beschädigt; Ihre Bilder sind sicher im Ordner daneben, und das Verzeichnis wird aus ihnen neu angelegt.</translation>
    </message>
    <message>
        <source>The index of packages has another {name} than the one on Easel&apos;s list, so nothing was fetched. Try another index, or look for a newer Easel.</source>
        <translation>Das Paketverzeichnis hat ein anderes {name} als das auf Easels Liste, deshalb wurde nichts geladen. Versuchen Sie ein anderes Verzeichnis, oder suchen Sie ein neueres Easel.</translation>
    </message>
    <message>
        <source>The keys of the program that you know.</source>
        <translation>Die Tasten des Programms, das Sie kennen.</translation>
    </message>
    <message>
        <source>The layer “{name}” is empty; choose one with a picture on it.</source>
        <translation>Die Ebene „{name}“ ist leer; wählen Sie eine mit einem Bild darauf.</translation>
    </message>
    <message>
        <source>The layer “{name}” is empty; choose one with something on it.</source>
        <translation>Die Ebene „{name}“ ist leer; wählen Sie eine, auf der etwas ist.</translation>
    </message>
    <message>
        <source>The layer “{name}” is hidden; show it to paint on it.</source>
        <translation>Die Ebene „{name}“ ist ausgeblendet; blenden Sie sie ein, um darauf zu malen.</translation>
    </message>
    <message>
        <source>The layer “{name}” is locked; unlock it to change it.</source>
        <translation>Die Ebene „{name}“ ist gesperrt; entsperren Sie sie, um sie zu ändern.</translation>
    </message>
    <message>
        <source>The layer “{name}” is locked; unlock it to move it.</source>
        <translation>Die Ebene „{name}“ ist gesperrt; entsperren Sie sie, um sie zu verschieben.</translation>
    </message>
    <message>
        <source>The list of packages for the card is not understood; try again later, or with another index of packages.</source>
        <translation>Die Liste der Pakete für die Karte ist nicht verständlich; versuchen Sie es später noch einmal, oder mit einem anderen Paketverzeichnis.</translation>
    </message>
    <message>
        <source>The list of words ({name}) is not on this computer; it comes with Easel, so install Easel again.</source>
        <translation>Die Wortliste ({name}) ist nicht auf diesem Computer; sie gehört zu Easel, installieren Sie also Easel neu.</translation>
    </message>
    <message>
        <source>The mask is not of the picture&apos;s size; draw it anew.</source>
        <translation>Die Maske hat nicht die Größe des Bilds; zeichnen Sie sie neu.</translation>
    </message>
    <message>
        <source>The mirror&apos;s address is not understood; it has to begin with https:// and a host.</source>
        <translation>Die Adresse des Spiegels ist nicht zu verstehen; sie muss mit https:// und einem Rechnernamen beginnen.</translation>
    </message>
    <message>
        <source>The model file {folder} is not on this computer; download the model or choose the folder it is in.</source>
        <translation>Die Modelldatei {folder} ist nicht auf diesem Computer; laden Sie das Modell, oder wählen Sie den Ordner, in dem es liegt.</translation>
    </message>
    <message>
        <source>The model file {parent} is not on this computer but {name} needs it; copy or download it again.</source>
        <translation>Die Modelldatei {parent} ist nicht auf diesem Computer, aber {name} braucht sie; kopieren oder laden Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>The model file {path} cannot be read ({strerror}); check that it is there and may be read, or copy it again.</source>
        <translation>Die Modelldatei {path} ist nicht lesbar ({strerror}); prüfen Sie, ob sie da ist und gelesen werden darf, oder kopieren Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>The model file {pickled} is pickled, and opening such a file could run any program hidden in it; get the model as .safetensors and put that in its place.</source>
        <translation>Die Modelldatei {pickled} ist im Pickle-Format; beim Öffnen könnte jedes darin versteckte Programm laufen. Besorgen Sie das Modell als .safetensors, und legen Sie dieses an ihre Stelle.</translation>
    </message>
    <message>
        <source>The model {title} cannot do this; choose another model for it.</source>
        <translation>Das Modell {title} kann das nicht; wählen Sie dafür ein anderes.</translation>
    </message>
    <message>
        <source>The model&apos;s arithmetic went out of range and no picture could be made of it; nothing is lost, choose a lower guidance, another sampler or another seed.</source>
        <translation>Das Modell hat sich aus dem Zahlenbereich gerechnet, und es konnte kein Bild entstehen; nichts ist verloren, wählen Sie weniger Guidance, einen anderen Sampler oder einen anderen Seed.</translation>
    </message>
    <message>
        <source>The model&apos;s file {path} is damaged; install the model again, your pictures are safe.</source>
        <translation>Die Datei {path} des Modells ist beschädigt; installieren Sie das Modell neu, Ihre Bilder sind sicher.</translation>
    </message>
    <message>
        <source>The model&apos;s file {path} is missing; install the model again, your pictures are safe.</source>
        <translation>Die Datei {path} des Modells fehlt; installieren Sie das Modell neu, Ihre Bilder sind sicher.</translation>
    </message>
    <message>
        <source>The most that a model may take. With less it is loaded in parts, which is slower.</source>
        <translation>So viel darf ein Modell höchstens belegen. Mit weniger wird es in Teilen geladen, was langsamer ist.</translation>
    </message>
    <message>
        <source>The other side {fault} Nothing was fetched from it; {kept}</source>
        <translation>Die Gegenstelle {fault} Nichts wurde von ihr geladen; {kept}</translation>
    </message>
    <message>
        <source>The picture has more than {most_layers} layers, or groups more than {deepest} deep, which is more than a project holds; nothing was written. Merge some of them and save again.</source>
        <translation>Das Bild hat mehr als {most_layers} Ebenen oder Gruppen mit mehr als {deepest} Stufen, mehr als ein Projekt fasst; nichts wurde geschrieben. Fassen Sie einige zusammen, und speichern Sie noch einmal.</translation>
    </message>
    <message>
        <source>The picture has more than {most_saved} saved selections or {most_guides} guides, which is more than a project holds; nothing was written. Remove some of them and save again.</source>
        <translation>Das Bild hat mehr als {most_saved} gespeicherte Auswahlen oder {most_guides} Hilfslinien, mehr als ein Projekt fasst; nichts wurde geschrieben. Entfernen Sie einige, und speichern Sie noch einmal.</translation>
    </message>
    <message>
        <source>The picture is kept in the gallery, but how it was made could not be written down. Accept or export it as usual.</source>
        <translation>Das Bild ist in der Galerie aufbewahrt, aber wie es entstanden ist, ließ sich nicht aufschreiben. Übernehmen oder exportieren Sie es wie sonst.</translation>
    </message>
    <message>
        <source>The picture is not in 8-bit RGB or RGBA; convert it first.</source>
        <translation>Das Bild ist nicht in RGB oder RGBA mit 8 Bit; wandeln Sie es zuerst um.</translation>
    </message>
    <message>
        <source>The picture is {width} pixels long and {name} ends at {largest_side}; nothing was written. Export it as PNG instead.</source>
        <translation>Das Bild ist {width} Pixel lang, und {name} endet bei {largest_side}; nichts wurde geschrieben. Exportieren Sie es stattdessen als PNG.</translation>
    </message>
    <message>
        <source>The picture spans {width} × {height} pixels with all of its layers, more than a project holds; nothing was written. Move or erase what lies far out, or merge some layers, and save again.</source>
        <translation>Das Bild umfasst mit allen Ebenen {width} × {height} Pixel, mehr als ein Projekt fasst; nichts wurde geschrieben. Verschieben oder löschen Sie, was weit außen liegt, oder fassen Sie Ebenen zusammen, und speichern Sie noch einmal.</translation>
    </message>
    <message>
        <source>The picture spans {width} × {height} pixels, too many for one file; nothing was written. Hide or move layers that lie far out and export again.</source>
        <translation>Das Bild umfasst {width} × {height} Pixel, zu viele für eine Datei; nichts wurde geschrieben. Blenden Sie weit außen liegende Ebenen aus, oder verschieben Sie sie, und exportieren Sie erneut.</translation>
    </message>
    <message>
        <source>The program uv that came with Easel cannot be started ({strerror}); install Easel anew.</source>
        <translation>Das Programm uv, das Easel mitbringt, kann nicht gestartet werden ({strerror}); installieren Sie Easel neu.</translation>
    </message>
    <message>
        <source>The project would take {megabytes} MB, more than the {most} MB that it may take; nothing was written. Merge some layers, or move a part to another project, and save again.</source>
        <translation>Das Projekt würde {megabytes} MB groß, mehr als die {most} MB, die es haben darf; nichts wurde geschrieben. Fassen Sie Ebenen zusammen, oder legen Sie einen Teil in ein anderes Projekt, und speichern Sie noch einmal.</translation>
    </message>
    <message>
        <source>The prompt has {prompt} characters and the model reads only the first few dozen words; shorten it to {longest_prompt} characters or fewer.</source>
        <translation>Der Prompt hat {prompt} Zeichen, und das Modell liest nur die ersten paar Dutzend Wörter; kürzen Sie ihn auf höchstens {longest_prompt} Zeichen.</translation>
    </message>
    <message>
        <source>The prompt is empty; describe the picture you want in a few words.</source>
        <translation>Der Prompt ist leer; beschreiben Sie das gewünschte Bild in wenigen Worten.</translation>
    </message>
    <message>
        <source>The proxy did not let Easel through ({error}); check its address, name and password. {kept}</source>
        <translation>Der Proxy hat Easel nicht durchgelassen ({error}); prüfen Sie Adresse, Namen und Passwort. {kept}</translation>
    </message>
    <message>
        <source>The proxy wants a name and a password; write them into its address under “Mirror and proxy”, like http://name:password@proxy.example:8080. {kept}</source>
        <translation>Der Proxy will Namen und Passwort; schreiben Sie beides unter „Spiegel und Proxy“ in seine Adresse, etwa http://name:password@proxy.example:8080. {kept}</translation>
    </message>
    <message>
        <source>The proxy&apos;s address is not understood; write it like http://proxy.example:8080.</source>
        <translation>Die Adresse des Proxys ist nicht zu verstehen; schreiben Sie sie wie http://proxy.example:8080.</translation>
    </message>
    <message>
        <source>The publisher does not have this file any more; look for a newer Easel. {kept}</source>
        <translation>Der Herausgeber hat diese Datei nicht mehr; suchen Sie ein neueres Easel. {kept}</translation>
    </message>
    <message>
        <source>The publisher does not let everybody have this model; accept its licence on the publisher&apos;s page, write an access token of yours under “Mirror and proxy”, then continue. {kept}</source>
        <translation>Der Herausgeber gibt dieses Modell nicht jedem; nehmen Sie auf seiner Seite die Lizenz an, tragen Sie unter „Spiegel und Proxy“ ein Zugangstoken von Ihnen ein, und fahren Sie fort. {kept}</translation>
    </message>
    <message>
        <source>The publisher wants an access token for this model; write one under “Mirror and proxy”, then continue. {kept}</source>
        <translation>Der Herausgeber will für dieses Modell ein Zugangstoken; tragen Sie unter „Spiegel und Proxy“ eines ein, und fahren Sie fort. {kept}</translation>
    </message>
    <message>
        <source>The publisher&apos;s name leads to {address} here, which is in a network of somebody&apos;s own, so nothing was asked of it; what is here is kept. If that is as it should be, type the publisher&apos;s address as a mirror, then continue.</source>
        <translation>Der Name des Herausgebers führt hier zu {address}, und das liegt in einem eigenen Netz; deshalb wurde dort nichts abgerufen, und was schon hier ist, bleibt. Wenn das so sein soll, geben Sie die Adresse des Herausgebers als Spiegel ein und machen Sie dann weiter.</translation>
    </message>
    <message>
        <source>The rule by which noise becomes a picture.</source>
        <translation>Die Regel, nach der aus Rauschen ein Bild wird.</translation>
    </message>
    <message>
        <source>The seed {seed} cannot be used; choose a whole number from 0 to {largest_seed}.</source>
        <translation>Der Seed {seed} ist nicht möglich; wählen Sie eine ganze Zahl von 0 bis {largest_seed}.</translation>
    </message>
    <message>
        <source>The selection holds nothing of this layer; choose another layer or select none.</source>
        <translation>Die Auswahl enthält nichts von dieser Ebene; wählen Sie eine andere Ebene, oder heben Sie die Auswahl auf.</translation>
    </message>
    <message>
        <source>The selection was changed meanwhile, and is as you left it; try again.</source>
        <translation>Die Auswahl wurde inzwischen geändert und ist so, wie Sie sie verlassen haben; versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The settings file</source>
        <translation>Die Datei der Einstellungen</translation>
    </message>
    <message>
        <source>The smaller copy of {name} could not be written ({strerror}); the large file is as it was. Free some room and try again.</source>
        <translation>Die kleinere Kopie von {name} konnte nicht geschrieben werden ({strerror}); die große Datei ist, wie sie war. Schaffen Sie Platz, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>The smaller copy of {name} reads back differently, so it was not kept and nothing was changed; check the disk.</source>
        <translation>Die kleinere Kopie von {name} liest sich anders zurück, deshalb wurde sie nicht behalten und nichts verändert; prüfen Sie den Datenträger.</translation>
    </message>
    <message>
        <source>The source answered {status} and refused the download; try again later. {kept}</source>
        <translation>Die Quelle hat mit {status} geantwortet und das Herunterladen verweigert; versuchen Sie es später noch einmal. {kept}</translation>
    </message>
    <message>
        <source>The source cannot be reached ({broken}). {kept} Check the network, then continue.</source>
        <translation>Die Quelle ist nicht erreichbar ({broken}). {kept} Prüfen Sie das Netz, und fahren Sie dann fort.</translation>
    </message>
    <message>
        <source>The source does not say how long {name} is, or claims far too much; it was not fetched. Try another network or mirror.</source>
        <translation>Die Quelle sagt nicht, wie lang {name} ist, oder behauptet viel zu viel; es wurde nicht geladen. Versuchen Sie ein anderes Netz oder einen anderen Spiegel.</translation>
    </message>
    <message>
        <source>The source has another {name} than the one on Easel&apos;s list ({announced} bytes, not {size}), so it was not fetched. Try another network or mirror, or look for a newer Easel.</source>
        <translation>Die Quelle hat ein anderes {name} als das auf Easels Liste ({announced} Bytes, nicht {size}), deshalb wurde es nicht geladen. Versuchen Sie ein anderes Netz oder einen anderen Spiegel, oder suchen Sie ein neueres Easel.</translation>
    </message>
    <message>
        <source>The stored embedding is damaged; use the picture instead.</source>
        <translation>Das gespeicherte Embedding ist beschädigt; verwenden Sie stattdessen das Bild.</translation>
    </message>
    <message>
        <source>The test of the device was given up; it says nothing about the device.</source>
        <translation>Der Test des Geräts wurde abgebrochen; er sagt nichts über das Gerät.</translation>
    </message>
    <message>
        <source>The transparency of “{name}” is locked; unlock it to erase.</source>
        <translation>Die Transparenz von „{name}“ ist gesperrt; entsperren Sie sie, um zu radieren.</translation>
    </message>
    <message>
        <source>The upscaler file {path} {fault}; choose another one, or leave it out to use the model&apos;s own.</source>
        <translation>Die Vergrößerer-Datei {path} {fault}; wählen Sie eine andere, oder lassen Sie sie weg, um den des Modells zu verwenden.</translation>
    </message>
    <message>
        <source>The wheel moves the view, and zooms with Ctrl or Alt; otherwise it zooms.</source>
        <translation>Das Rad verschiebt die Ansicht und zoomt mit Strg oder Alt; sonst zoomt es.</translation>
    </message>
    <message>
        <source>The wheel scrolls</source>
        <translation>Das Rad scrollt</translation>
    </message>
    <message>
        <source>The {name} has {text} characters; shorten it to {longest_prompt}.</source>
        <translation>{name} hat {text} Zeichen; kürzen Sie auf {longest_prompt}.</translation>
    </message>
    <message>
        <source>There is no file {file} and no verb of that name, so nothing was opened; easel --help says what can be written here.</source>
        <translation>Es gibt keine Datei {file} und keinen Befehl dieses Namens, daher wurde nichts geöffnet; easel --help sagt, was hier stehen kann.</translation>
    </message>
    <message>
        <source>There is no layer to move yet; paint, open or generate a picture first.</source>
        <translation>Es gibt noch keine Ebene zu verschieben; malen, öffnen oder erzeugen Sie zuerst ein Bild.</translation>
    </message>
    <message>
        <source>There is no model in {folder} that Easel knows. Choose the folder that holds kandinsky-2-2-prior or karlo-v1-alpha, a fine-tune with a folder “unet” or “prior” in it, or a Hugging Face cache.</source>
        <translation>In {folder} ist kein Modell, das Easel kennt. Wählen Sie den Ordner, der kandinsky-2-2-prior oder karlo-v1-alpha enthält, ein Fine-Tuning mit einem Ordner „unet“ oder „prior“ darin oder einen Cache von Hugging Face.</translation>
    </message>
    <message>
        <source>There is no picture to reword yet; put one in, such as what the frame shows.</source>
        <translation>Es gibt noch kein Bild zum Umformulieren; legen Sie eines hinein, etwa was der Rahmen zeigt.</translation>
    </message>
    <message>
        <source>There is no picture yet; paint, open or generate one first.</source>
        <translation>Es gibt noch kein Bild; malen, öffnen oder erzeugen Sie zuerst eines.</translation>
    </message>
    <message>
        <source>There is no room for the smaller copy of {name}: it needs {size} GB until the large file is gone. Nothing was changed; free some room and try again.</source>
        <translation>Für die kleinere Kopie von {name} ist kein Platz: Sie braucht {size} GB, bis die große Datei weg ist. Nichts wurde verändert; schaffen Sie Platz, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>There is no sampler called {sampler}; choose one of {samplers}.</source>
        <translation>Es gibt keinen Sampler namens {sampler}; wählen Sie einen von {samplers}.</translation>
    </message>
    <message>
        <source>There is no screen to open a window on, so nothing was opened; set DISPLAY, or paint without a window: easel --help names the verbs.</source>
        <translation>Es gibt keinen Bildschirm für ein Fenster, daher wurde nichts geöffnet; setzen Sie DISPLAY, oder malen Sie ohne Fenster: easel --help nennt die Befehle.</translation>
    </message>
    <message>
        <source>There is not enough memory for this picture; your work is safe. Choose fewer or smaller pictures, or close other programs.</source>
        <translation>Der Speicher reicht für dieses Bild nicht; Ihre Arbeit ist sicher. Nehmen Sie weniger oder kleinere Bilder, oder schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>There is not enough memory for this picture; your work is safe. {side} × {side_2} pixels should fit, so choose that or fewer pictures, or close other programs.</source>
        <translation>Der Speicher reicht für dieses Bild nicht; Ihre Arbeit ist sicher. {side} × {side_2} Pixel sollten passen; nehmen Sie diese Größe oder weniger Bilder, oder schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>There is not enough room in {folder}: {need} GB are needed, with some to spare. Nothing was fetched; free {short} GB or choose another folder, then try again.</source>
        <translation>In {folder} ist nicht genug Platz: {need} GB werden gebraucht, mit etwas Reserve. Nichts wurde geladen; schaffen Sie {short} GB Platz, oder wählen Sie einen anderen Ordner, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>There is nothing to embed; give a picture or a text.</source>
        <translation>Es gibt nichts einzubetten; geben Sie ein Bild oder einen Text an.</translation>
    </message>
    <message>
        <source>There is nothing to erase yet; paint, open or generate a picture first.</source>
        <translation>Es gibt noch nichts zu radieren; malen, öffnen oder erzeugen Sie zuerst ein Bild.</translation>
    </message>
    <message>
        <source>There is nothing to go back to yet; accept a result that this model painted, and it is a bead of this line.</source>
        <translation>Es gibt noch nichts, wohin man zurückgehen könnte; übernehmen Sie ein Ergebnis dieses Modells, dann ist es eine Perle dieser Linie.</translation>
    </message>
    <message>
        <source>There is nothing to paint more of yet; generate a picture first.</source>
        <translation>Es gibt noch nichts, wovon mehr gemalt werden könnte; erzeugen Sie zuerst ein Bild.</translation>
    </message>
    <message>
        <source>There is only one picture of this kind; ask for variations of it.</source>
        <translation>Von dieser Art gibt es nur ein Bild; lassen Sie sich Variationen davon malen.</translation>
    </message>
    <message>
        <source>This copy of Easel has no uv; install Easel anew.</source>
        <translation>Dieses Easel hat kein uv; installieren Sie Easel neu.</translation>
    </message>
    <message>
        <source>This is an inspection; it paints nothing.</source>
        <translation>Dies ist eine Prüfung; sie malt nichts.</translation>
    </message>
    <message>
        <source>This is painted after what is being painted now.</source>
        <translation>Dies wird nach dem gemalt, was gerade gemalt wird.</translation>
    </message>
    <message>
        <source>This layer is empty; undo what emptied it, or ask anew.</source>
        <translation>Diese Ebene ist leer; machen Sie rückgängig, was sie geleert hat, oder beginnen Sie neu.</translation>
    </message>
    <message>
        <source>This layer was mixed or enlarged from others; ask for it where it came from, or for variations of it.</source>
        <translation>Diese Ebene wurde aus anderen gemischt oder vergrößert; wiederholen Sie es dort, wo sie herkommt, oder lassen Sie sich Variationen davon malen.</translation>
    </message>
    <message>
        <source>This model cannot compare pictures with words; search by words instead.</source>
        <translation>Dieses Modell kann Bilder nicht mit Worten vergleichen; suchen Sie stattdessen nach Wörtern.</translation>
    </message>
    <message>
        <source>This model is not complete on this computer; get it first.</source>
        <translation>Dieses Modell ist auf diesem Computer nicht vollständig; besorgen Sie es zuerst.</translation>
    </message>
    <message>
        <source>This needs about {needed} of memory and {free} are free. Nothing was begun and your work is safe; paint smaller, close other programs, or try it all the same.</source>
        <translation>Dies braucht etwa {needed} Speicher, und {free} sind frei. Nichts wurde begonnen, und Ihre Arbeit ist sicher; malen Sie kleiner, schließen Sie andere Programme, oder versuchen Sie es trotzdem.</translation>
    </message>
    <message>
        <source>This picture does not say how it was made, so it cannot be made again; it is safe as it is. Ask for variations of it instead.</source>
        <translation>Dieses Bild sagt nicht, wie es entstand, deshalb kann es nicht noch einmal gemalt werden; es selbst ist sicher. Lassen Sie sich stattdessen Variationen davon malen.</translation>
    </message>
    <message>
        <source>This picture is not in the gallery any more; choose another one.</source>
        <translation>Dieses Bild ist nicht mehr in der Galerie; wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>This picture was made by the model “{model}”, which is not the one in use; it is safe as it is. Choose that model and try again.</source>
        <translation>Dieses Bild hat das Modell „{model}“ gemalt, das gerade nicht in Gebrauch ist; es selbst ist sicher. Wählen Sie jenes Modell, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>This picture was made by the model “{title}”, which is not the one in use: of these words and this seed it makes another picture. Choose that model to make the same again.</source>
        <translation>Dieses Bild hat das Modell „{title}“ gemalt, das gerade nicht in Gebrauch ist: aus diesen Worten und diesem Seed wird damit ein anderes Bild. Wählen Sie jenes Modell, um dasselbe noch einmal zu malen.</translation>
    </message>
    <message>
        <source>This stored embedding was made by another model than {title}; use the picture it came from, or choose that model.</source>
        <translation>Dieses gespeicherte Embedding stammt von einem anderen Modell als {title}; verwenden Sie das Bild, aus dem es kam, oder wählen Sie jenes Modell.</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Transform</source>
        <translation>Transformieren</translation>
    </message>
    <message>
        <source>Transform layer</source>
        <translation>Ebene transformieren</translation>
    </message>
    <message>
        <source>Ungroup layers</source>
        <translation>Ebenengruppe auflösen</translation>
    </message>
    <message>
        <source>Unlock layer</source>
        <translation>Ebene entsperren</translation>
    </message>
    <message>
        <source>Unlock transparency</source>
        <translation>Transparenz entsperren</translation>
    </message>
    <message>
        <source>Variation</source>
        <translation>Variation</translation>
    </message>
    <message>
        <source>Variations are made of a picture; to paint a text, generate it.</source>
        <translation>Variationen entstehen aus einem Bild; um einen Text zu malen, erzeugen Sie ihn.</translation>
    </message>
    <message>
        <source>WebP without loss</source>
        <translation>WebP ohne Verlust</translation>
    </message>
    <message>
        <source>What Easel itself says. Prompts are understood in English, whatever stands here.</source>
        <translation>Was Easel selbst sagt. Prompts werden auf Englisch verstanden, was immer hier steht.</translation>
    </message>
    <message>
        <source>What earlier states of the picture may take. Beyond it the oldest are forgotten.</source>
        <translation>Was frühere Zustände des Bilds belegen dürfen. Darüber hinaus werden die ältesten vergessen.</translation>
    </message>
    <message>
        <source>What is here is kept.</source>
        <translation>Was hier ist, bleibt.</translation>
    </message>
    <message>
        <source>What you changed of them.</source>
        <translation>Was Sie daran geändert haben.</translation>
    </message>
    <message>
        <source>Where every finished picture is kept. Pictures made before stay where they are.</source>
        <translation>Wo jedes fertige Bild bleibt. Früher gemalte Bilder bleiben, wo sie sind.</translation>
    </message>
    <message>
        <source>Where it is kept after every action, for the next start after a crash. It may be another disk.</source>
        <translation>Wo sie nach jeder Handlung aufbewahrt wird, für den Start nach einem Absturz. Es darf eine andere Platte sein.</translation>
    </message>
    <message>
        <source>Where models that you get are kept. Models got before stay where they are.</source>
        <translation>Wo Modelle liegen, die Sie sich holen. Früher geholte Modelle bleiben, wo sie sind.</translation>
    </message>
    <message>
        <source>Words cannot be reworded; put in a picture.</source>
        <translation>Worte können nicht umformuliert werden; legen Sie ein Bild hinein.</translation>
    </message>
    <message>
        <source>You paint the layer itself again.</source>
        <translation>Sie malen wieder auf der Ebene selbst.</translation>
    </message>
    <message>
        <source>You paint the layer&apos;s mask now: black hides, white shows. “Paint the layer, not its mask” leads back.</source>
        <translation>Sie malen jetzt auf der Ebenenmaske: Schwarz verbirgt, Weiß zeigt. „Ebene statt Maske bemalen“ führt zurück.</translation>
    </message>
    <message>
        <source>Your unsaved work is back; save it to keep it.</source>
        <translation>Ihre ungesicherte Arbeit ist wieder da; speichern Sie sie, um sie zu behalten.</translation>
    </message>
    <message>
        <source>a folder of that name is in the way</source>
        <translation>ein Ordner dieses Namens ist im Weg</translation>
    </message>
    <message>
        <source>an address that is none</source>
        <translation>eine Adresse, die keine ist</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>ist nicht lesbar</translation>
    </message>
    <message>
        <source>claims a header of {length} bytes, more than any model needs</source>
        <translation>gibt einen Kopf von {length} Bytes an, mehr als jedes Modell braucht</translation>
    </message>
    <message>
        <source>claims {header} tensors, more than any model needs</source>
        <translation>gibt {header} Tensoren an, mehr als jedes Modell braucht</translation>
    </message>
    <message>
        <source>describes a noise schedule that Easel does not know</source>
        <translation>beschreibt einen Rauschplan, den Easel nicht kennt</translation>
    </message>
    <message>
        <source>does not enlarge colour pictures</source>
        <translation>vergrößert keine Farbbilder</translation>
    </message>
    <message>
        <source>does not say in which files the model is</source>
        <translation>sagt nicht, in welchen Dateien das Modell liegt</translation>
    </message>
    <message>
        <source>download the model or choose the folder that holds {repository}</source>
        <translation>laden Sie das Modell, oder wählen Sie den Ordner, der {repository} enthält</translation>
    </message>
    <message>
        <source>gives {name} a size that does not fit its shape</source>
        <translation>gibt {name} eine Größe, die nicht zu seiner Form passt</translation>
    </message>
    <message>
        <source>has a certificate for somebody else, so it may not be the publisher.</source>
        <translation>hat ein Zertifikat für jemand anderen und ist also vielleicht nicht der Herausgeber.</translation>
    </message>
    <message>
        <source>has a certificate that is not valid today; is this computer&apos;s clock right?</source>
        <translation>hat ein Zertifikat, das heute nicht gilt; geht die Uhr dieses Computers richtig?</translation>
    </message>
    <message>
        <source>has a certificate that nobody this computer trusts has signed. If your company looks into connections, its certificate belongs into the system&apos;s store.</source>
        <translation>hat ein Zertifikat, das niemand unterschrieben hat, dem dieser Computer traut. Wenn Ihre Firma in Verbindungen hineinsieht, gehört ihr Zertifikat in den Speicher des Systems.</translation>
    </message>
    <message>
        <source>has a certificate that this computer does not accept.</source>
        <translation>hat ein Zertifikat, das dieser Computer nicht annimmt.</translation>
    </message>
    <message>
        <source>has a header that cannot be read</source>
        <translation>hat einen unlesbaren Kopf</translation>
    </message>
    <message>
        <source>has a header that says nothing usable about {name}</source>
        <translation>hat einen Kopf, der über {name} nichts Brauchbares sagt</translation>
    </message>
    <message>
        <source>has changed since it was published</source>
        <translation>hat sich seit der Veröffentlichung geändert</translation>
    </message>
    <message>
        <source>has tensors that overlap or leave gaps</source>
        <translation>hat Tensoren, die sich überlappen oder Lücken lassen</translation>
    </message>
    <message>
        <source>holds values in {name} that are no numbers (NaN or infinity)</source>
        <translation>enthält Werte in {name}, die keine Zahlen sind (NaN oder unendlich)</translation>
    </message>
    <message>
        <source>holds {name}, which another file of the model holds too</source>
        <translation>enthält {name}, das auch eine andere Datei des Modells enthält</translation>
    </message>
    <message>
        <source>is a pickle file by another name, which could run programs when opened</source>
        <translation>ist eine Pickle-Datei unter anderem Namen, die beim Öffnen Programme ausführen könnte</translation>
    </message>
    <message>
        <source>is cut off or is no safetensors file</source>
        <translation>ist abgeschnitten oder keine safetensors-Datei</translation>
    </message>
    <message>
        <source>is no table of settings</source>
        <translation>ist keine Tabelle von Einstellungen</translation>
    </message>
    <message>
        <source>is not the model expected here: it also holds {surplus}</source>
        <translation>ist nicht das hier erwartete Modell: Es enthält auch {surplus}</translation>
    </message>
    <message>
        <source>is not the model expected here: it lacks {absent}</source>
        <translation>ist nicht das hier erwartete Modell: Es fehlt {absent}</translation>
    </message>
    <message>
        <source>is not the model expected here: {sources} is {sizes} where {str} is needed</source>
        <translation>ist nicht das hier erwartete Modell: {sources} ist {sizes}, wo {str} gebraucht wird</translation>
    </message>
    <message>
        <source>is of a kind that is not known here</source>
        <translation>ist von einer Art, die hier nicht bekannt ist</translation>
    </message>
    <message>
        <source>is {size} bytes long where its header says {end}</source>
        <translation>ist {size} Bytes lang, obwohl der Kopf {end} sagt</translation>
    </message>
    <message>
        <source>is {size} bytes long where {size_2} are expected</source>
        <translation>ist {size} Bytes lang, wo {size_2} erwartet werden</translation>
    </message>
    <message>
        <source>it comes with Easel, so install Easel again</source>
        <translation>es gehört zu Easel, installieren Sie also Easel neu</translation>
    </message>
    <message>
        <source>it has changed at the source</source>
        <translation>es hat sich an der Quelle geändert</translation>
    </message>
    <message>
        <source>it stopped sending</source>
        <translation>die Quelle sendet nicht mehr</translation>
    </message>
    <message>
        <source>it was made smaller because it has too many pixels</source>
        <translation>es wurde verkleinert, weil es zu viele Pixel hat</translation>
    </message>
    <message>
        <source>its 16 bits per colour were reduced to 8</source>
        <translation>seine 16 Bit je Farbe wurden auf 8 verringert</translation>
    </message>
    <message>
        <source>its colour profile could not be used</source>
        <translation>sein Farbprofil konnte nicht verwendet werden</translation>
    </message>
    <message>
        <source>its colours for print were converted</source>
        <translation>seine Druckfarben wurden umgerechnet</translation>
    </message>
    <message>
        <source>names a file that is no safetensors file beside it</source>
        <translation>nennt eine Datei, die keine safetensors-Datei daneben ist</translation>
    </message>
    <message>
        <source>names a tensor twice</source>
        <translation>nennt einen Tensor zweimal</translation>
    </message>
    <message>
        <source>not verified against the publisher</source>
        <translation>nicht mit dem Herausgeber abgeglichen</translation>
    </message>
    <message>
        <source>only its first frame was opened</source>
        <translation>nur sein erstes Einzelbild wurde geöffnet</translation>
    </message>
    <message>
        <source>reading what is here</source>
        <translation>liest, was hier ist</translation>
    </message>
    <message>
        <source>resembles an upscaler but does not fit together</source>
        <translation>gleicht einem Vergrößerer, passt aber nicht zusammen</translation>
    </message>
    <message>
        <source>says 0 for “hidden_size”</source>
        <translation>sagt 0 bei „hidden_size“</translation>
    </message>
    <message>
        <source>says a number for “{key}” that is too large</source>
        <translation>sagt bei „{key}“ eine zu große Zahl</translation>
    </message>
    <message>
        <source>says {is_value} for {name} where {title} has {must_value}</source>
        <translation>sagt {is_value} bei {name}, wo {title} {must_value} hat</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a list belongs</source>
        <translation>sagt {value} bei „{key}“, wo eine Liste hingehört</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a number belongs</source>
        <translation>sagt {value} bei „{key}“, wo eine Zahl hingehört</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a whole number belongs</source>
        <translation>sagt {value} bei „{key}“, wo eine ganze Zahl hingehört</translation>
    </message>
    <message>
        <source>stores {name} as whole numbers</source>
        <translation>speichert {name} als ganze Zahlen</translation>
    </message>
    <message>
        <source>stores {name} as {dtype}, which no model of this kind uses</source>
        <translation>speichert {name} als {dtype}, was kein Modell dieser Art tut</translation>
    </message>
    <message>
        <source>the connection was cut</source>
        <translation>die Verbindung wurde unterbrochen</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>der Datenträger ist voll</translation>
    </message>
    <message>
        <source>the disk reports an error</source>
        <translation>der Datenträger meldet einen Fehler</translation>
    </message>
    <message>
        <source>the folder does not exist</source>
        <translation>den Ordner gibt es nicht</translation>
    </message>
    <message>
        <source>the name is too long</source>
        <translation>der Name ist zu lang</translation>
    </message>
    <message>
        <source>the source cannot continue</source>
        <translation>die Quelle kann nicht fortsetzen</translation>
    </message>
    <message>
        <source>the system refused it</source>
        <translation>das System hat es verweigert</translation>
    </message>
    <message>
        <source>there is no connection</source>
        <translation>es gibt keine Verbindung</translation>
    </message>
    <message>
        <source>this folder may not be written to</source>
        <translation>in diesen Ordner darf nicht geschrieben werden</translation>
    </message>
    <message>
        <source>waiting for the network</source>
        <translation>wartet auf das Netz</translation>
    </message>
    <message>
        <source>was cut off while it was being read</source>
        <translation>wurde abgeschnitten, während es gelesen wurde</translation>
    </message>
    <message>
        <source>{article} {name} of {value} cannot be used; choose from 0 to 1.</source>
        <translation>„{article} {name}“ von {value} geht nicht; wählen Sie von 0 bis 1.</translation>
    </message>
    <message>
        <source>{chosen} candidates cannot be compared; choose 1 to {most_images}.</source>
        <translation>{chosen} Kandidaten können nicht verglichen werden; wählen Sie 1 bis {most_images}.</translation>
    </message>
    <message>
        <source>{count} is too few sampling steps for this model; choose at least {least}.</source>
        <translation>{count} Sampling-Schritte sind zu wenige für dieses Modell; wählen Sie mindestens {least}.</translation>
    </message>
    <message>
        <source>{count} pictures cannot be made at once; choose 1 to {most_images}.</source>
        <translation>{count} Bilder können nicht auf einmal entstehen; wählen Sie 1 bis {most_images}.</translation>
    </message>
    <message>
        <source>{count} sampling steps do not fit into the {train_steps} noise levels of this model; choose fewer steps.</source>
        <translation>{count} Sampling-Schritte passen nicht in die {train_steps} Rauschstufen dieses Modells; wählen Sie weniger Schritte.</translation>
    </message>
    <message>
        <source>{error} The damaged one is kept as “{name}”.</source>
        <translation>{error} Die beschädigte bleibt als „{name}“.</translation>
    </message>
    <message>
        <source>{folder} could not be moved: {error}. Nothing of it is lost; it is offered again at the next start.</source>
        <translation>{folder} konnte nicht verschoben werden: {error}. Nichts davon ist verloren; beim nächsten Start wird es wieder angeboten.</translation>
    </message>
    <message>
        <source>{kept} of {count} layers of “{name}” were rescued; save them under another name.</source>
        <translation>{kept} von {count} Ebenen aus „{name}“ wurden gerettet; speichern Sie sie unter einem anderen Namen.</translation>
    </message>
    <message>
        <source>{name} arrived damaged and is fetched again.</source>
        <translation>{name} kam beschädigt an und wird noch einmal geladen.</translation>
    </message>
    <message>
        <source>{name} arrived damaged twice, so the source itself is damaged; it was not kept. Try again later, or another network or mirror.</source>
        <translation>{name} kam zweimal beschädigt an, also ist die Quelle selbst beschädigt; es wurde nicht behalten. Versuchen Sie es später, mit einem anderen Netz oder einem anderen Spiegel.</translation>
    </message>
    <message>
        <source>{name} could not be written into {parent} ({strerror}). {kept} Check the folder or choose another one, then continue.</source>
        <translation>{name} konnte nicht in {parent} geschrieben werden ({strerror}). {kept} Prüfen Sie den Ordner, oder wählen Sie einen anderen, und fahren Sie dann fort.</translation>
    </message>
    <message>
        <source>{name} is fetched from its beginning: {why}.</source>
        <translation>{name} wird von vorn geladen: {why}.</translation>
    </message>
    <message>
        <source>{path} is damaged and not in Easel&apos;s own folder, so Easel leaves it alone. Replace or remove it, then try again.</source>
        <translation>{path} ist beschädigt und liegt nicht in Easels eigenem Ordner, deshalb lässt Easel es in Ruhe. Ersetzen oder entfernen Sie es, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>{root} cannot be changed ({strerror}).</source>
        <translation>{root} kann nicht verändert werden ({strerror}).</translation>
    </message>
    <message>
        <source>{root} cannot be written to ({strerror}); check the folder.</source>
        <translation>In {root} kann nicht geschrieben werden ({strerror}); prüfen Sie den Ordner.</translation>
    </message>
    <message>
        <source>{steps} {name} cannot be used; choose from 1 to 1000.</source>
        <translation>{steps} {name} ist nicht möglich; wählen Sie 1 bis 1000.</translation>
    </message>
    <message>
        <source>{title} cannot be used: {name} is not on this computer; {advice}.</source>
        <translation>{title} ist nicht verwendbar: {name} ist nicht auf diesem Computer; {advice}.</translation>
    </message>
    <message>
        <source>{title} cannot do this kind of work; choose another model.</source>
        <translation>{title} kann diese Art Arbeit nicht; wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>{title} enlarges pictures of up to {largest} pixels a side by itself; choose an upscaler file for this one, or the Starter, which has one.</source>
        <translation>{title} vergrößert von sich aus Bilder mit höchstens {largest} Pixeln je Seite; wählen Sie für dieses eine Vergrößerer-Datei, oder den Starter, der einen hat.</translation>
    </message>
    <message>
        <source>{title} has no upscaler of its own; choose an upscaler file, or the Starter, which has one.</source>
        <translation>{title} hat keinen eigenen Vergrößerer; wählen Sie eine Vergrößerer-Datei, oder den Starter, der einen hat.</translation>
    </message>
    <message>
        <source>{what} could not be read, so Easel starts with its defaults; check who may read and write {path}.</source>
        <translation>{what} konnte nicht gelesen werden, deshalb beginnt Easel mit seinen Vorgaben; prüfen Sie, wer {path} lesen und schreiben darf.</translation>
    </message>
    <message>
        <source>{what} did not succeed ({reason}). What is here is kept. Check the network and the room on the disk, then continue.</source>
        <translation>{what} ist nicht gelungen ({reason}). Was hier ist, bleibt erhalten. Prüfen Sie das Netz und den Platz auf der Platte, und fahren Sie dann fort.</translation>
    </message>
    <message>
        <source>{what} was damaged or could not be read, so Easel starts with its defaults; the old one is kept as “{name}” in {parent}.</source>
        <translation>{what} war beschädigt oder nicht lesbar, deshalb beginnt Easel mit seinen Vorgaben; die alte Fassung bleibt als „{name}“ in {parent} erhalten.</translation>
    </message>
    <message>
        <source>{words} words cannot be listed; choose 0 to 1000.</source>
        <translation>{words} Wörter können nicht aufgelistet werden; wählen Sie 0 bis 1000.</translation>
    </message>
    <message>
        <source>“{archive_name}” does not fit into the memory that is free now; it was not changed. Close other programs, or make it smaller where it was made.</source>
        <translation>„{archive_name}“ passt nicht in den Speicher, der jetzt frei ist; es wurde nicht verändert. Schließen Sie andere Programme, oder verkleinern Sie es dort, wo es gemacht wurde.</translation>
    </message>
    <message>
        <source>“{archive_name}” holds more pixels than Easel can open; it was not changed. Open it in the program it was made with and make it smaller.</source>
        <translation>„{archive_name}“ enthält mehr Pixel, als Easel öffnen kann; es wurde nicht verändert. Öffnen Sie es in seinem eigenen Programm, und verkleinern Sie es.</translation>
    </message>
    <message>
        <source>“{archive_name}” is no OpenRaster file for Easel; it was not changed. Export it from its program as PNG and open that.</source>
        <translation>„{archive_name}“ ist keine OpenRaster-Datei für Easel; es wurde nicht verändert. Exportieren Sie es aus seinem Programm als PNG, und öffnen Sie dieses.</translation>
    </message>
    <message>
        <source>“{archive_name}” was opened; {reduced_bits}. The file was not changed, and saving makes a new one.</source>
        <translation>„{archive_name}“ wurde geöffnet; {reduced_bits}. Die Datei wurde nicht verändert, und Speichern legt eine neue an.</translation>
    </message>
    <message>
        <source>“{name}” could not be read from {parent}; check that you may open it, or choose another file.</source>
        <translation>„{name}“ konnte nicht aus {parent} gelesen werden; prüfen Sie, ob Sie es öffnen dürfen, oder wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>“{name}” could not be replaced in {parent}: {error}. It is unchanged, and your picture is whole in “{name_2}” beside it; go on with that, or choose another place.</source>
        <translation>„{name}“ konnte in {parent} nicht ersetzt werden: {error}. Die Datei ist unverändert, und Ihr Bild liegt vollständig in „{name_2}“ daneben; arbeiten Sie damit weiter, oder wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>“{name}” could not be saved in {parent}: {error}. Your picture and any older file are unchanged; choose another place.</source>
        <translation>„{name}“ konnte nicht in {parent} gespeichert werden: {error}. Ihr Bild und eine ältere Datei sind unverändert; wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>“{name}” does not say how it was made; your picture is unchanged. Drop it as a layer or into the mix instead.</source>
        <translation>„{name}“ sagt nicht, wie es entstand; Ihr Bild ist unverändert. Legen Sie es stattdessen als Ebene oder in der Mischung ab.</translation>
    </message>
    <message>
        <source>“{name}” exists already and is unchanged; choose that very name to replace it, or another one.</source>
        <translation>„{name}“ gibt es schon und ist unverändert; wählen Sie genau diesen Namen, um es zu ersetzen, oder einen anderen.</translation>
    </message>
    <message>
        <source>“{name}” exists already in {parent} and is unchanged; choose another name.</source>
        <translation>„{name}“ gibt es in {parent} schon und ist unverändert; wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>“{name}” has more than {most_layers} layers, or groups more than {deepest} deep, which is more than Easel opens; it was not changed. Merge some of them in the program it was made with.</source>
        <translation>„{name}“ hat mehr als {most_layers} Ebenen oder mehr als {deepest} Gruppen ineinander; so viel öffnet Easel nicht. Die Datei wurde nicht verändert. Führen Sie einige davon in dem Programm zusammen, aus dem sie stammt.</translation>
    </message>
    <message>
        <source>“{name}” is a folder and no picture; your picture is unchanged. Choose a picture file; a folder with a model is chosen under Generate ▸ Models…</source>
        <translation>„{name}“ ist ein Ordner und kein Bild; Ihr Bild ist unverändert. Wählen Sie eine Bilddatei; einen Ordner mit einem Modell wählen Sie unter Erzeugen ▸ Modelle …</translation>
    </message>
    <message>
        <source>“{name}” is a group; choose one of its layers to adjust.</source>
        <translation>„{name}“ ist eine Gruppe; wählen Sie zum Anpassen eine ihrer Ebenen.</translation>
    </message>
    <message>
        <source>“{name}” is a group; choose one of its layers to paint on.</source>
        <translation>„{name}“ ist eine Gruppe; wählen Sie zum Malen eine ihrer Ebenen.</translation>
    </message>
    <message>
        <source>“{name}” is a model and no picture; your picture is unchanged. Choose the folder it is in under Generate ▸ Models…</source>
        <translation>„{name}“ ist ein Modell und kein Bild; Ihr Bild ist unverändert. Wählen Sie den Ordner, in dem es liegt, unter Erzeugen ▸ Modelle …</translation>
    </message>
    <message>
        <source>“{name}” is damaged and cannot be opened; your picture is unchanged. Try another copy of the file.</source>
        <translation>„{name}“ ist beschädigt und lässt sich nicht öffnen; Ihr Bild ist unverändert. Versuchen Sie eine andere Kopie der Datei.</translation>
    </message>
    <message>
        <source>“{name}” is damaged: {kept} of its {count} layers can be rescued. The file was not changed; open what is left as a copy, or try another copy of the file.</source>
        <translation>„{name}“ ist beschädigt: {kept} von {count} Ebenen lassen sich retten. Die Datei wurde nicht verändert; öffnen Sie, was übrig ist, als Kopie, oder versuchen Sie eine andere Kopie der Datei.</translation>
    </message>
    <message>
        <source>“{name}” is damaged; only what other programs see of it was opened.</source>
        <translation>„{name}“ ist beschädigt; nur was andere Programme davon sehen, wurde geöffnet.</translation>
    </message>
    <message>
        <source>“{name}” is no project or OpenRaster file, or is damaged beyond rescue; it was not changed. Try another copy of the file.</source>
        <translation>„{name}“ ist kein Projekt und keine OpenRaster-Datei oder ist nicht mehr zu retten; es wurde nicht verändert. Versuchen Sie eine andere Kopie der Datei.</translation>
    </message>
    <message>
        <source>“{name}” is not a file; choose a picture file.</source>
        <translation>„{name}“ ist keine Datei; wählen Sie eine Bilddatei.</translation>
    </message>
    <message>
        <source>“{name}” is not a picture Easel can read; your picture is unchanged. Choose a PNG, JPEG, WebP, BMP or TIFF file.</source>
        <translation>„{name}“ ist kein Bild, das Easel lesen kann; Ihr Bild ist unverändert. Wählen Sie eine Datei in PNG, JPEG, WebP, BMP oder TIFF.</translation>
    </message>
    <message>
        <source>“{name}” is not there any more: another program has moved or removed it. Nothing is saved yet; save your picture there again, or under another name.</source>
        <translation>„{name}“ ist nicht mehr da: Ein anderes Programm hat die Datei verschoben oder gelöscht. Noch ist nichts gespeichert; speichern Sie Ihr Bild wieder dort oder unter einem anderen Namen.</translation>
    </message>
    <message>
        <source>“{name}” is not there any more; choose another file.</source>
        <translation>„{name}“ ist nicht mehr da; wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>“{name}” is too large; your picture is unchanged. Make it smaller than {most_pixels} million pixels and open it again.</source>
        <translation>„{name}“ ist zu groß; Ihr Bild ist unverändert. Verkleinern Sie es auf weniger als {most_pixels} Millionen Pixel, und öffnen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>“{name}” looks like a pickled model, and opening such a file could run any program hidden in it; it was not opened and your picture is unchanged. Get the model as .safetensors and choose its folder under Generate ▸ Models…</source>
        <translation>„{name}“ scheint ein Modell im Pickle-Format zu sein; beim Öffnen könnte jedes darin versteckte Programm laufen. Es wurde nicht geöffnet, und Ihr Bild ist unverändert. Besorgen Sie das Modell als .safetensors, und wählen Sie dessen Ordner unter Erzeugen ▸ Modelle …</translation>
    </message>
    <message>
        <source>“{name}” spans {width} × {height} pixels, more than a project holds of one layer; nothing was written. Erase what lies far out in it, or move a part to another layer, and save again.</source>
        <translation>„{name}“ umfasst {width} × {height} Pixel, mehr als ein Projekt von einer Ebene fasst; nichts wurde geschrieben. Löschen Sie darin, was weit außen liegt, oder verschieben Sie einen Teil auf eine andere Ebene, und speichern Sie noch einmal.</translation>
    </message>
    <message>
        <source>“{name}” was changed by another program; only what that program knows was opened.</source>
        <translation>„{name}“ wurde von einem anderen Programm geändert; nur was jenes Programm kennt, wurde geöffnet.</translation>
    </message>
    <message>
        <source>“{name}” was made by a later version of Easel; it was not changed. Open it there, or export it there as PNG.</source>
        <translation>„{name}“ stammt aus einer neueren Version von Easel; es wurde nicht verändert. Öffnen Sie es dort, oder exportieren Sie es dort als PNG.</translation>
    </message>
    <message>
        <source>“{name}” was opened without what Easel cannot show: {parts}. The file was not changed, and saving makes a new one. To have these parts too, make pixels of them in the program that made them and open the file again.</source>
        <translation>„{name}“ wurde geöffnet, ohne das, was Easel nicht zeigen kann: {parts}. Die Datei wurde nicht verändert, und Speichern legt eine neue an. Um auch diese Teile zu haben, machen Sie sie im Programm, aus dem sie stammen, zu Pixeln und öffnen Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>“{name}” was opened, but these layers mix in ways that Easel does not know and are shown as normal: {layers}. The file was not changed, and saving makes a new one. Choose other blend modes here, or merge these layers in the program that made them and open the file again.</source>
        <translation>„{name}“ wurde geöffnet, aber diese Ebenen mischen auf eine Art, die Easel nicht kennt, und erscheinen als normal: {layers}. Die Datei wurde nicht verändert, und Speichern legt eine neue an. Wählen Sie hier andere Mischmodi, oder vereinen Sie diese Ebenen im Programm, aus dem sie stammen, und öffnen Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>“{name}” was opened; what it says beside was left out.</source>
        <translation>„{name}“ wurde geöffnet; was darin sonst noch steht, wurde weggelassen.</translation>
    </message>
    <message>
        <source>“{name}” was opened; {notes}.</source>
        <translation>„{name}“ wurde geöffnet; {notes}.</translation>
    </message>
</context>
<context>
    <name>EditsPanel</name>
    <message>
        <source>As it was opened</source>
        <translation>Wie geöffnet</translation>
    </message>
    <message>
        <source>History of edits, oldest first</source>
        <translation>Verlauf der Bearbeitung, Älteste zuerst</translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>Another place…</source>
        <translation>Anderer Ort…</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>So lassen</translation>
    </message>
    <message>
        <source>Open a picture</source>
        <translation>Bild öffnen</translation>
    </message>
    <message>
        <source>Open what is left</source>
        <translation>Öffnen, was übrig ist</translation>
    </message>
    <message>
        <source>OpenRaster project</source>
        <translation>OpenRaster-Projekt</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Save it there again</source>
        <translation>Wieder dort speichern</translation>
    </message>
    <message>
        <source>Save over it</source>
        <translation>Darüber speichern</translation>
    </message>
    <message>
        <source>Save project</source>
        <translation>Projekt speichern</translation>
    </message>
    <message>
        <source>Save under another name…</source>
        <translation>Unter anderem Namen speichern…</translation>
    </message>
</context>
<context>
    <name>ExportWindow</name>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>JPEG — small, without transparency</source>
        <translation>JPEG – klein, ohne Transparenz</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Name of the file</source>
        <translation>Name der Datei</translation>
    </message>
    <message>
        <source>Other folder…</source>
        <translation>Anderer Ordner …</translation>
    </message>
    <message>
        <source>PNG — without loss, for everything</source>
        <translation>PNG – ohne Verlust, für alles</translation>
    </message>
    <message>
        <source>PSD — with layers, for Photoshop</source>
        <translation>PSD – mit Ebenen, für Photoshop</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>Say in the file how it was made</source>
        <translation>In der Datei sagen, wie sie entstand</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>TIFF — without loss, for printing</source>
        <translation>TIFF – ohne Verlust, für den Druck</translation>
    </message>
    <message>
        <source>WebP — smaller, with transparency</source>
        <translation>WebP – kleiner, mit Transparenz</translation>
    </message>
    <message>
        <source>Without loss</source>
        <translation>Ohne Verlust</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} Pixel</translation>
    </message>
    <message>
        <source>“{name}” is in {folder} already. Replacing it throws the old one away.</source>
        <translation>„{name}“ liegt schon in {folder}. Beim Ersetzen geht das alte verloren.</translation>
    </message>
</context>
<context>
    <name>ExtendWindow</name>
    <message>
        <source>Bottom</source>
        <translation>Unten</translation>
    </message>
    <message>
        <source>By {share} on each side</source>
        <translation>Um {share} auf jeder Seite</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Extend</source>
        <translation>Erweitern</translation>
    </message>
    <message>
        <source>Extend the picture</source>
        <translation>Das Bild erweitern</translation>
    </message>
    <message>
        <source>How far</source>
        <translation>Wie weit</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Links</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Rechts</translation>
    </message>
    <message>
        <source>The picture would not grow; choose a side or other proportions.</source>
        <translation>Das Bild würde nicht wachsen; wählen Sie eine Seite oder andere Proportionen.</translation>
    </message>
    <message>
        <source>To {name}</source>
        <translation>Auf {name}</translation>
    </message>
    <message>
        <source>Top</source>
        <translation>Oben</translation>
    </message>
    <message>
        <source>{width} × {height} pixels, painted in one frame.</source>
        <translation>{width} × {height} Pixel, in einem Rahmen gemalt.</translation>
    </message>
    <message numerus="yes">
        <source>{width} × {height} pixels, painted in {count} frames.</source>
        <translation>
            <numerusform>{width} × {height} Pixel, in {count} Rahmen gemalt.</numerusform>
            <numerusform>{width} × {height} Pixel, in {count} Rahmen gemalt.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FailureWindow</name>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Copy the details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
    <message>
        <source>Details of the fault</source>
        <translation>Einzelheiten des Fehlers</translation>
    </message>
    <message>
        <source>Easel found a fault of its own</source>
        <translation>Easel hat einen eigenen Fehler gefunden</translation>
    </message>
    <message>
        <source>Something in Easel went wrong that should not have. Your picture is still open: export it if it matters, then start Easel again. The details below help to mend the fault; they contain no picture.</source>
        <translation>In Easel ist etwas schiefgegangen, was nicht sein sollte. Ihr Bild ist noch offen: Exportieren Sie es, wenn es wichtig ist, und starten Sie Easel dann neu. Die Einzelheiten unten helfen, den Fehler zu beheben; sie enthalten kein Bild.</translation>
    </message>
</context>
<context>
    <name>FieldsForm</name>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Alt turns it round for one drag</source>
        <translation>Alt kehrt es für einmal Ziehen um</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>Beliebig</translation>
    </message>
    <message>
        <source>As it is now</source>
        <translation>Wie jetzt</translation>
    </message>
    <message>
        <source>Average over</source>
        <translation>Mittel über</translation>
    </message>
    <message>
        <source>Below 0 a light hand does more, above 0 less; drag the curve as you like it</source>
        <translation>Unter 0 tut eine leichte Hand mehr, über 0 weniger; ziehen Sie die Kurve, wie Sie sie mögen</translation>
    </message>
    <message>
        <source>Black below</source>
        <translation>Schwarz unter</translation>
    </message>
    <message>
        <source>Brightness</source>
        <translation>Helligkeit</translation>
    </message>
    <message>
        <source>Chalk</source>
        <translation>Kreide</translation>
    </message>
    <message>
        <source>Charcoal</source>
        <translation>Zeichenkohle</translation>
    </message>
    <message>
        <source>Click each corner; Enter closes the shape</source>
        <translation>Klick setzt jede Ecke; die Eingabetaste schließt die Form</translation>
    </message>
    <message>
        <source>Connected pixels only</source>
        <translation>Nur zusammenhängende Pixel</translation>
    </message>
    <message>
        <source>Darkest</source>
        <translation>Dunkelstes</translation>
    </message>
    <message>
        <source>Diameter of the brush</source>
        <translation>Durchmesser des Pinsels</translation>
    </message>
    <message>
        <source>Distance of two dabs, of the size</source>
        <translation>Abstand zweier Tupfer, bezogen auf die Größe</translation>
    </message>
    <message>
        <source>Drag from the colour to the second one</source>
        <translation>Von der Farbe zur zweiten ziehen</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>Ellipse</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>Weiche Kante</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>Fluss</translation>
    </message>
    <message>
        <source>For pens</source>
        <translation>Für Stifte</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>Härte</translation>
    </message>
    <message>
        <source>How far a colour may differ in any channel</source>
        <translation>Wie weit eine Farbe in jedem Kanal abweichen darf</translation>
    </message>
    <message>
        <source>How far the line lags behind the hand</source>
        <translation>Wie weit die Linie der Hand nachläuft</translation>
    </message>
    <message>
        <source>How sharp its rim is</source>
        <translation>Wie scharf sein Rand ist</translation>
    </message>
    <message>
        <source>How soft the rim is</source>
        <translation>Wie weich der Rand ist</translation>
    </message>
    <message>
        <source>Hue</source>
        <translation>Farbton</translation>
    </message>
    <message>
        <source>Intersect</source>
        <translation>Schnittmenge</translation>
    </message>
    <message>
        <source>Lightest</source>
        <translation>Hellstes</translation>
    </message>
    <message>
        <source>Lightness</source>
        <translation>Helligkeit</translation>
    </message>
    <message>
        <source>Look at all layers</source>
        <translation>Alle Ebenen betrachten</translation>
    </message>
    <message>
        <source>Most that one stroke covers</source>
        <translation>So viel deckt ein Strich höchstens</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>Of what lies between them</source>
        <translation>Von dem, was dazwischen liegt</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>Pressure curve</source>
        <translation>Druckkurve</translation>
    </message>
    <message>
        <source>Pressure sets the opacity</source>
        <translation>Druck bestimmt die Deckkraft</translation>
    </message>
    <message>
        <source>Pressure sets the size</source>
        <translation>Druck bestimmt die Größe</translation>
    </message>
    <message>
        <source>Proportions that the frame takes on and keeps</source>
        <translation>Proportionen, die der Rahmen annimmt und behält</translation>
    </message>
    <message>
        <source>Radial gradient</source>
        <translation>Kreisförmiger Verlauf</translation>
    </message>
    <message>
        <source>Radius</source>
        <translation>Radius</translation>
    </message>
    <message>
        <source>Radius around it</source>
        <translation>Radius darum herum</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>Rechteck</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>Rund</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>Sättigung</translation>
    </message>
    <message>
        <source>Selection</source>
        <translation>Auswahl</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>Glättung</translation>
    </message>
    <message>
        <source>Snap to the grid and to edges</source>
        <translation>An Raster und Kanten einrasten</translation>
    </message>
    <message>
        <source>Spacing</source>
        <translation>Abstand</translation>
    </message>
    <message>
        <source>Straight sides</source>
        <translation>Gerade Seiten</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>Subtract</source>
        <translation>Abziehen</translation>
    </message>
    <message>
        <source>These levels become black</source>
        <translation>Diese Tonwerte werden schwarz</translation>
    </message>
    <message>
        <source>These levels become white</source>
        <translation>Diese Tonwerte werden weiß</translation>
    </message>
    <message>
        <source>Tip</source>
        <translation>Spitze</translation>
    </message>
    <message>
        <source>To black or white</source>
        <translation>Zu Schwarz oder Weiß</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>Toleranz</translation>
    </message>
    <message>
        <source>Turns all colours</source>
        <translation>Dreht alle Farben</translation>
    </message>
    <message>
        <source>What a new selection does to the old one: Shift adds, Alt subtracts, both intersect</source>
        <translation>Was eine neue Auswahl mit der alten tut: Umschalt fügt hinzu, Alt zieht ab, beide bilden die Schnittmenge</translation>
    </message>
    <message>
        <source>What black becomes</source>
        <translation>Was aus Schwarz wird</translation>
    </message>
    <message>
        <source>What each dab adds</source>
        <translation>Was jeder Tupfer dazugibt</translation>
    </message>
    <message>
        <source>What one dab looks like</source>
        <translation>Wie ein Tupfer aussieht</translation>
    </message>
    <message>
        <source>What white becomes</source>
        <translation>Was aus Weiß wird</translation>
    </message>
    <message>
        <source>White above</source>
        <translation>Weiß über</translation>
    </message>
</context>
<context>
    <name>FilmPanel</name>
    <message>
        <source>Animated GIF</source>
        <translation>Animiertes GIF</translation>
    </message>
    <message>
        <source>Animated WebP</source>
        <translation>Animiertes WebP</translation>
    </message>
    <message>
        <source>Begin and end with the very pictures</source>
        <translation>Mit genau diesen Bildern beginnen und enden</translation>
    </message>
    <message>
        <source>Film saved to {path}</source>
        <translation>Film in {path} gespeichert</translation>
    </message>
    <message>
        <source>Folder of PNG frames</source>
        <translation>Ordner mit PNG-Einzelbildern</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Einzelbilder</translation>
    </message>
    <message>
        <source>Frames of the film</source>
        <translation>Einzelbilder des Films</translation>
    </message>
    <message>
        <source>Milliseconds for each frame</source>
        <translation>Millisekunden je Einzelbild</translation>
    </message>
    <message>
        <source>Number of frames</source>
        <translation>Zahl der Einzelbilder</translation>
    </message>
    <message>
        <source>Pace</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Paint the film</source>
        <translation>Film malen</translation>
    </message>
    <message>
        <source>Recover the noise of both pictures; both have to be pictures</source>
        <translation>Das Rauschen beider Bilder zurückgewinnen; beides müssen Bilder sein</translation>
    </message>
    <message>
        <source>Save the film</source>
        <translation>Film speichern</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern …</translation>
    </message>
    <message>
        <source>Swap both ends</source>
        <translation>Beide Enden tauschen</translation>
    </message>
    <message>
        <source>The film</source>
        <translation>Der Film</translation>
    </message>
    <message>
        <source>The film plays here</source>
        <translation>Hier läuft der Film</translation>
    </message>
    <message>
        <source>There and back</source>
        <translation>Hin und zurück</translation>
    </message>
    <message>
        <source>Where the film begins</source>
        <translation>Wo der Film beginnt</translation>
    </message>
    <message>
        <source>Where the film ends</source>
        <translation>Wo der Film endet</translation>
    </message>
</context>
<context>
    <name>FilterRow</name>
    <message>
        <source>All pictures</source>
        <translation>Alle Bilder</translation>
    </message>
    <message>
        <source>Best agreement</source>
        <translation>Beste Übereinstimmung</translation>
    </message>
    <message>
        <source>By meaning</source>
        <translation>Nach Bedeutung</translation>
    </message>
    <message>
        <source>Collection</source>
        <translation>Sammlung</translation>
    </message>
    <message>
        <source>Compare the pictures themselves with what you write, not their words</source>
        <translation>Die Bilder selbst mit Ihren Worten vergleichen, nicht deren Worte</translation>
    </message>
    <message>
        <source>Describe what you look for: red boats at dusk</source>
        <translation>Beschreiben Sie, was Sie suchen: rote Boote in der Dämmerung</translation>
    </message>
    <message>
        <source>Favourites only</source>
        <translation>Nur Favoriten</translation>
    </message>
    <message>
        <source>Near duplicates in stacks</source>
        <translation>Fast gleiche in Stapeln</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>Älteste zuerst</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search the words of your pictures</source>
        <translation>Die Worte Ihrer Bilder durchsuchen</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Papierkorb</translation>
    </message>
</context>
<context>
    <name>FollowRow</name>
    <message>
        <source>0: the prompt alone says what is painted. 100, or no prompt at all: the rest of the picture does, or the picture put in here</source>
        <translation>0: nur der Prompt sagt, was gemalt wird. 100, oder gar kein Prompt: der Rest des Bildes sagt es, oder das hier eingelegte Bild</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Folgen</translation>
    </message>
    <message>
        <source>How far new parts take after it</source>
        <translation>Wie weit neue Teile ihm gleichen</translation>
    </message>
    <message>
        <source>New parts take after pictures; write words into the prompt instead.</source>
        <translation>Neue Teile folgen Bildern; Wörter gehören in den Prompt.</translation>
    </message>
    <message>
        <source>The &amp;rest of the picture</source>
        <translation>Der &amp;Rest des Bildes</translation>
    </message>
    <message>
        <source>There is nothing to fill; mask, select or erase something first.</source>
        <translation>Es gibt nichts zu füllen; maskieren, wählen oder radieren Sie zuerst etwas.</translation>
    </message>
    <message>
        <source>What new parts take after</source>
        <translation>Wem neue Teile gleichen</translation>
    </message>
</context>
<context>
    <name>FrameLabel</name>
    <message>
        <source>overlap {share} %</source>
        <translation>Überlappung {share} %</translation>
    </message>
</context>
<context>
    <name>Gallery</name>
    <message>
        <source>, not like {count}</source>
        <translation>, nicht wie {count}</translation>
    </message>
    <message>
        <source>1 picture</source>
        <translation>1 Bild</translation>
    </message>
    <message>
        <source>Bring back prompt, seed, frame and mask</source>
        <translation>Prompt, Seed, Rahmen und Maske zurückholen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Discarded; bring 1 picture back</source>
        <translation>Verworfen; 1 Bild zurückholen</translation>
    </message>
    <message numerus="yes">
        <source>Discarded; bring {count} pictures back</source>
        <translation>
            <numerusform>Verworfen; {count} Bild zurückholen</numerusform>
            <numerusform>Verworfen; {count} Bilder zurückholen</numerusform>
        </translation>
    </message>
    <message>
        <source>Every picture you make is kept here, in
{folder}

Write a prompt above and press Generate, or drop picture files here.</source>
        <translation>Jedes Bild, das Sie malen, bleibt hier, in
{folder}

Schreiben Sie oben einen Prompt und drücken Sie „Erzeugen“, oder ziehen Sie Bilddateien hierher.</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>Favorit</translation>
    </message>
    <message>
        <source>Keep away from what it shows</source>
        <translation>Von dem wegbleiben, was es zeigt</translation>
    </message>
    <message>
        <source>Like {count} chosen</source>
        <translation>Wie {count} gewählte</translation>
    </message>
    <message>
        <source>Make again</source>
        <translation>Noch einmal malen</translation>
    </message>
    <message>
        <source>Mark as a favourite (F)</source>
        <translation>Als Favorit markieren (F)</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mischen</translation>
    </message>
    <message>
        <source>More like it</source>
        <translation>Mehr davon</translation>
    </message>
    <message>
        <source>Nearest in meaning first</source>
        <translation>Ähnlichste Bedeutung zuerst</translation>
    </message>
    <message>
        <source>New pictures of the same idea</source>
        <translation>Neue Bilder derselben Idee</translation>
    </message>
    <message>
        <source>No picture has these words</source>
        <translation>Kein Bild hat diese Worte</translation>
    </message>
    <message>
        <source>No picture has these words; these are nearest in meaning</source>
        <translation>Kein Bild hat diese Worte; diese sind in der Bedeutung am nächsten</translation>
    </message>
    <message>
        <source>No picture here can be compared: other models made them.</source>
        <translation>Kein Bild hier lässt sich vergleichen: Andere Modelle haben sie gemalt.</translation>
    </message>
    <message>
        <source>Not like it</source>
        <translation>Nicht so eins</translation>
    </message>
    <message>
        <source>Nothing here. Change what you look for, or show all pictures.</source>
        <translation>Hier ist nichts. Ändern Sie, wonach Sie suchen, oder zeigen Sie alle Bilder.</translation>
    </message>
    <message>
        <source>Open stack</source>
        <translation>Stapel öffnen</translation>
    </message>
    <message>
        <source>Paint the very same picture again</source>
        <translation>Genau dasselbe Bild noch einmal malen</translation>
    </message>
    <message>
        <source>Paint what lies between these, or between this and the prompt</source>
        <translation>Malen, was zwischen diesen liegt, oder zwischen diesem und dem Prompt</translation>
    </message>
    <message>
        <source>Pictures of one stack</source>
        <translation>Bilder eines Stapels</translation>
    </message>
    <message>
        <source>Put into the trash for 30 days (Del)</source>
        <translation>Für 30 Tage in den Papierkorb (Entf)</translation>
    </message>
    <message>
        <source>Put it onto the canvas as a layer (Enter)</source>
        <translation>Als Ebene auf die Leinwand legen (Eingabe)</translation>
    </message>
    <message>
        <source>Put it onto the mixing desk, to be weighed there</source>
        <translation>Auf das Mischpult legen, um es dort zu gewichten</translation>
    </message>
    <message>
        <source>Relatives of a picture</source>
        <translation>Verwandte eines Bilds</translation>
    </message>
    <message>
        <source>Save a copy of its file elsewhere</source>
        <translation>Eine Kopie der Datei anderswo speichern</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern …</translation>
    </message>
    <message>
        <source>See all that this stack holds</source>
        <translation>Alles ansehen, was dieser Stapel enthält</translation>
    </message>
    <message>
        <source>Sort all pictures by how near they are</source>
        <translation>Alle Bilder danach ordnen, wie nah sie sind</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>Der Papierkorb ist leer.</translation>
    </message>
    <message>
        <source>To canvas</source>
        <translation>Zur Leinwand</translation>
    </message>
    <message>
        <source>To desk</source>
        <translation>Zum Mischpult</translation>
    </message>
    <message>
        <source>Use settings</source>
        <translation>Einstellungen übernehmen</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Variieren</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures</source>
        <translation>
            <numerusform>{count} Bild</numerusform>
            <numerusform>{count} Bilder</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GalleryDetails</name>
    <message>
        <source>Agreement with its words {share}</source>
        <translation>Übereinstimmung mit den Worten {share}</translation>
    </message>
    <message>
        <source>Seed {seed}</source>
        <translation>Seed {seed}</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} Pixel</translation>
    </message>
</context>
<context>
    <name>GalleryGrid</name>
    <message>
        <source>Pictures of the gallery</source>
        <translation>Bilder der Galerie</translation>
    </message>
</context>
<context>
    <name>GalleryModel</name>
    <message>
        <source>Picture {number}</source>
        <translation>Bild {number}</translation>
    </message>
    <message>
        <source>{prompt}, a stack of {count}</source>
        <translation>{prompt}, ein Stapel aus {count}</translation>
    </message>
</context>
<context>
    <name>GalleryPage</name>
    <message>
        <source>Another folder…</source>
        <translation type="unfinished">Anderer Ordner…</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>Zurückholen</translation>
    </message>
    <message numerus="yes">
        <source>Delete {count} for good?</source>
        <translation>
            <numerusform>{count} Bild endgültig löschen?</numerusform>
            <numerusform>{count} Bilder endgültig löschen?</numerusform>
        </translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>Papierkorb leeren</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>PNG-Bild</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>Kopie speichern</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alle zeigen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>Was zu sehen ist</translation>
    </message>
</context>
<context>
    <name>GalleryVerbs</name>
    <message>
        <source>Picture of the gallery</source>
        <translation>Bild der Galerie</translation>
    </message>
</context>
<context>
    <name>Guide</name>
    <message>
        <source>4 more paints further ones, Vary paints variations of the chosen one. Drag tiles to the canvas, into a mix, or out of the window. The tray is saved with the project.</source>
        <translation>„4 weitere“ malt mehr davon, „Variieren“ malt Variationen des gewählten. Ziehen Sie Kacheln auf die Leinwand, in eine Mischung oder aus dem Fenster. Die Leiste wird mit dem Projekt gespeichert.</translation>
    </message>
    <message>
        <source>A prompt is written already: press Enter and it is painted, on this computer and without a network. Write your own over it, or drop or paste a picture.</source>
        <translation>Ein Prompt steht schon da: drücken Sie die Eingabetaste, und er wird gemalt, auf diesem Computer und ohne Netz. Schreiben Sie Ihren eigenen darüber, oder ziehen Sie ein Bild herein oder fügen Sie eines ein.</translation>
    </message>
    <message>
        <source>Below each picture: variations, open on the canvas (Enter), mix, mark as a favourite (F), save. The number in its corner is how well it agrees with the prompt, 1 at most.</source>
        <translation>Unter jedem Bild: Variationen, auf der Leinwand öffnen (Eingabe), mischen, als Favorit merken (F), speichern. Die Zahl in der Ecke sagt, wie gut es zum Prompt passt, höchstens 1.</translation>
    </message>
    <message>
        <source>Choose in the tray</source>
        <translation>In der Leiste wählen</translation>
    </message>
    <message>
        <source>Easel keeps unsaved work after every action. When it ended before you saved, the next start shows what there is, with a small picture: open it and go on.</source>
        <translation>Easel sichert ungespeicherte Arbeit nach jeder Handlung. Endete es, bevor Sie gespeichert hatten, zeigt der nächste Start, was noch da ist, mit einem kleinen Bild: Öffnen Sie es und machen Sie weiter.</translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation type="unfinished">Vergrößern</translation>
    </message>
    <message>
        <source>Enter in the prompt while something is painted queues the next run. The button beside the progress shows the queue: change its order, take runs out, pause it. Cancel (Esc) stops at once and forgets what waits.</source>
        <translation>Eingabe im Prompt, während gemalt wird, stellt den nächsten Lauf an. Die Schaltfläche neben dem Fortschritt zeigt die Warteschlange: Reihenfolge ändern, Läufe herausnehmen, anhalten. Abbrechen (Esc) hält sofort an und vergisst, was wartet.</translation>
    </message>
    <message>
        <source>Erase and describe</source>
        <translation>Radieren und beschreiben</translation>
    </message>
    <message>
        <source>Find it again</source>
        <translation>Wiederfinden</translation>
    </message>
    <message>
        <source>Five things are ready on the first page and in the menu Help: erase and describe, past the edge, a mix, a rewording and a panorama. They run on the Starter, the small model that comes with Easel; Generate ▸ Models… has larger ones.</source>
        <translation>Fünf Dinge liegen auf der ersten Seite und im Menü Hilfe bereit: radieren und beschreiben, über den Rand, eine Mischung, eine Umformulierung und ein Panorama. Sie laufen auf dem Starter, dem kleinen Modell, das Easel mitbringt; unter Erzeugen ▸ Modelle … gibt es größere.</translation>
    </message>
    <message>
        <source>Frame ▸ Extend the picture… plans frames around it, by a share or to proportions. They are painted one after the other, each as one step that undo takes back; Cancel stops, and what is painted stays.</source>
        <translation>Rahmen ▸ Bild erweitern … plant Rahmen um das Bild herum, um einen Anteil oder auf ein Seitenverhältnis. Sie werden nacheinander gemalt, jeder als ein Schritt, der sich rückgängig machen lässt; Abbrechen hält an, und was gemalt ist, bleibt.</translation>
    </message>
    <message>
        <source>Get a larger model</source>
        <translation>Ein größeres Modell holen</translation>
    </message>
    <message>
        <source>In the panel Vary a lock stands beside each slider. The lock of Meaning keeps the idea and puts it into another picture; the lock of Layout keeps where things are and puts another idea there. A second click opens it again.</source>
        <translation>Im Feld „Variieren“ steht neben jedem Regler ein Schloss. Das Schloss der Bedeutung behält die Idee und bringt sie in ein anderes Bild; das des Aufbaus behält, wo die Dinge sind, und bringt eine andere Idee dorthin. Ein zweiter Klick öffnet es wieder.</translation>
    </message>
    <message>
        <source>Let things wait</source>
        <translation>Dinge warten lassen</translation>
    </message>
    <message>
        <source>Look at many ideas first</source>
        <translation>Erst viele Ideen ansehen</translation>
    </message>
    <message>
        <source>Looks (F9) draws many ideas for the prompt in a few steps, with their agreement. Click those you want, and only these are painted in full.</source>
        <translation>„Skizzen“ (F9) zeichnet viele Ideen für den Prompt in wenigen Schritten, mit ihrer Übereinstimmung. Klicken Sie an, welche Sie wollen; nur diese werden ganz gemalt.</translation>
    </message>
    <message>
        <source>Make a film</source>
        <translation>Einen Film machen</translation>
    </message>
    <message>
        <source>Make again paints the very same picture; Use settings brings back prompt and seed. Discarded pictures stay in the trash for thirty days. A picture file that Easel wrote brings its settings back when you drop it on the canvas, on the card Use its settings.</source>
        <translation>„Noch einmal malen“ malt genau dasselbe Bild; „Einstellungen übernehmen“ holt Prompt und Seed zurück. Verworfene Bilder bleiben dreißig Tage im Papierkorb. Eine Bilddatei, die Easel geschrieben hat, bringt ihre Einstellungen zurück, wenn Sie sie auf der Leinwand auf der Karte „Einstellungen übernehmen“ ablegen.</translation>
    </message>
    <message>
        <source>Make new pictures</source>
        <translation>Neue Bilder machen</translation>
    </message>
    <message>
        <source>Mix ideas</source>
        <translation>Ideen mischen</translation>
    </message>
    <message>
        <source>Move the frame (F) over the edge of the picture. What is empty in it is painted, the rest stays; the label says how much of the frame overlaps the picture.</source>
        <translation>Schieben Sie den Rahmen (F) über den Rand des Bildes. Was darin leer ist, wird gemalt, das Übrige bleibt; die Beschriftung sagt, wie viel des Rahmens das Bild überlappt.</translation>
    </message>
    <message>
        <source>Near duplicates in stacks, the switch beside the trash, shows one picture for all of nearly the same idea, with their number; Open stack shows them.</source>
        <translation>„Fast gleiche in Stapeln“, der Schalter neben dem Papierkorb, zeigt ein Bild für alle von fast derselben Idee, mit ihrer Zahl; „Stapel öffnen“ zeigt sie.</translation>
    </message>
    <message>
        <source>Of {red|blue} every picture draws one word by chance. Pictures says how many are painted, up to ten; a closed lock keeps the seed, and the same prompt and seed give the same picture again.</source>
        <translation>Aus {red|blue} zieht jedes Bild zufällig ein Wort. „Bilder“ sagt, wie viele gemalt werden, bis zu zehn; ein geschlossenes Schloss behält den Seed, und derselbe Prompt mit demselben Seed gibt wieder dasselbe Bild.</translation>
    </message>
    <message>
        <source>On the page Create (F3) write what you would like to see and press Enter. The dice button writes an idea, the palette adds a style, the crossed circle opens a line for what to avoid, and the clock lists earlier prompts (Alt+Up, Alt+Down).</source>
        <translation>Schreiben Sie auf der Seite Erstellen (F3), was Sie sehen möchten, und drücken Sie Eingabe. Der Würfel schreibt eine Idee, die Palette fügt einen Stil hinzu, der durchgestrichene Kreis öffnet eine Zeile für das, was zu meiden ist, und die Uhr zählt frühere Prompts auf (Alt+Hoch, Alt+Runter).</translation>
    </message>
    <message>
        <source>On the page Film (F8) put a picture at both ends: drop it, or click the place. Paint the film paints what lies between them; it plays in the middle, and its frames lie in the tray too.</source>
        <translation>Legen Sie auf der Seite Film (F8) an beide Enden ein Bild: ziehen Sie es dorthin, oder klicken Sie auf den Platz. „Film malen“ malt, was dazwischen liegt; er läuft in der Mitte, und seine Einzelbilder liegen auch in der Ablage.</translation>
    </message>
    <message>
        <source>Pace says how long each frame is seen. Save… writes an animated GIF or WebP, or a folder of frames.</source>
        <translation>„Tempo“ sagt, wie lange jedes Einzelbild zu sehen ist. „Speichern …“ schreibt ein bewegtes GIF oder WebP oder einen Ordner mit Einzelbildern.</translation>
    </message>
    <message>
        <source>Past the edge</source>
        <translation>Über den Rand</translation>
    </message>
    <message>
        <source>Press Q and paint over what is to go with the brush (B), or select it, or erase it (E). Write what is to be there and press Enter: the button says Fill.</source>
        <translation>Drücken Sie Q, und übermalen Sie mit dem Pinsel (B), was verschwinden soll, oder wählen Sie es aus, oder radieren Sie es (E). Schreiben Sie, was dort sein soll, und drücken Sie Eingabe: Die Schaltfläche sagt Füllen.</translation>
    </message>
    <message>
        <source>Put pictures, words and results on the mixing desk (F6): drop them, or click an empty well. Each has a weight, which may lead away from it, and can be muted or heard alone. The point on the pad moves between the first four; the preview follows.</source>
        <translation>Legen Sie Bilder, Worte und Ergebnisse auf das Mischpult (F6): ablegen oder auf ein leeres Feld klicken. Jedes hat ein Gewicht, das auch davon wegführen kann, und lässt sich stumm oder allein schalten. Der Punkt im Feld wandert zwischen den ersten vieren; die Vorschau folgt.</translation>
    </message>
    <message>
        <source>Reword a picture</source>
        <translation>Ein Bild umformulieren</translation>
    </message>
    <message>
        <source>Say from what to what (F7). The strip shows the way in five pictures, so that you see where it goes wrong; the slider says how far to go. Several changes can be stacked, and the composition can be kept.</source>
        <translation>Sagen Sie, wovon wozu (F7). Der Streifen zeigt den Weg in fünf Bildern, sodass Sie sehen, wo er schiefgeht; der Regler sagt, wie weit zu gehen ist. Mehrere Änderungen lassen sich stapeln, und die Komposition kann behalten werden.</translation>
    </message>
    <message>
        <source>Style and subject apart gives each idea two weights: what it shows, and how it is painted. With no weight for the style of one and none for the subject of another, the one is painted in the manner of the other.</source>
        <translation>Stil und Motiv getrennt gibt jeder Idee zwei Gewichte: was sie zeigt und wie sie gemalt ist. Nehmen Sie der einen den Stil und der anderen das Motiv, so wird die eine in der Art der anderen gemalt.</translation>
    </message>
    <message>
        <source>The candidates are shown in place. Hold the backslash key to look at the original, and press Enter to accept one. It becomes a layer; the panel Result changes its feather, growth and colours afterwards, or paints it again.</source>
        <translation>Die Kandidaten werden an Ort und Stelle gezeigt. Halten Sie die Taste Rückstrich, um das Original zu sehen, und drücken Sie Eingabe, um einen anzunehmen. Er wird eine Ebene; das Feld Ergebnis ändert hinterher seine weiche Kante, sein Wachsen und seine Farben oder malt ihn noch einmal.</translation>
    </message>
    <message>
        <source>The first start</source>
        <translation>Der erste Start</translation>
    </message>
    <message>
        <source>The gallery (F4) keeps every finished picture with prompt, seed, model and idea. Search by words, or by meaning; More like it sorts all of them by nearness to what is chosen, Not like it leads away.</source>
        <translation>Die Galerie (F4) behält jedes fertige Bild mit Prompt, Seed, Modell und Idee. Suchen Sie nach Worten oder nach Bedeutung; „Mehr davon“ ordnet alle danach, wie nahe sie dem Gewählten sind, „Nicht so eins“ führt davon weg.</translation>
    </message>
    <message>
        <source>The page of Generate ▸ Models… says of each model what it can do, how large it is, its licence, and what this computer needs for it. Get shows the licence before the first byte; a download can be paused and goes on after a restart.</source>
        <translation>Die Seite unter Erzeugen ▸ Modelle … sagt von jedem Modell, was es kann, wie groß es ist, welche Lizenz es hat und was dieser Computer dafür braucht. „Holen“ zeigt die Lizenz vor dem ersten Byte; ein Download lässt sich anhalten und geht nach einem Neustart weiter.</translation>
    </message>
    <message>
        <source>The panel Vary and the menu Generate enlarge a layer, or all of the picture, twice or four times. In the tray the slider shows before and after beside each other on the canvas.</source>
        <translation>Das Feld Variieren und das Menü Erzeugen vergrößern eine Ebene oder das ganze Bild auf das Zwei- oder Vierfache. In der Leiste zeigt der Regler Vorher und Nachher nebeneinander auf der Leinwand.</translation>
    </message>
    <message>
        <source>The panel Vary paints variations of the chosen picture, of a layer or of all that is seen. Meaning says how far the idea may drift, Layout how far things may move.</source>
        <translation>Das Feld Variieren malt Variationen des gewählten Bildes, einer Ebene oder von allem, was zu sehen ist. „Bedeutung“ sagt, wie weit die Idee abweichen darf, „Aufbau“, wie weit die Dinge sich bewegen dürfen.</translation>
    </message>
    <message>
        <source>The tray lies at the frame. Left and Right choose, Enter accepts, Shift+Enter keeps the picture as a layer and leaves the others, Delete discards it, Esc rejects all. The first tile is the original.</source>
        <translation>Die Leiste liegt am Rahmen. Links und Rechts wählen, Eingabe nimmt an, Umschalt+Eingabe behält das Bild als Ebene und lässt die anderen, Entf verwirft es, Esc lehnt alle ab. Die erste Kachel ist das Original.</translation>
    </message>
    <message>
        <source>The two locks</source>
        <translation>Die zwei Schlösser</translation>
    </message>
    <message>
        <source>Unsaved work</source>
        <translation>Ungespeicherte Arbeit</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>Variationen</translation>
    </message>
    <message>
        <source>What has failed is put aside there, and Try again puts it back. When you look elsewhere, title and task bar tell that pictures are ready.</source>
        <translation>Was misslungen ist, liegt dort beiseite, und „Noch einmal“ holt es zurück. Wenn Sie anderswo sind, melden Titel und Taskleiste, dass Bilder fertig sind.</translation>
    </message>
    <message>
        <source>What you discard, or close without saving, can be found for thirty days under File ▸ Recover…. Beside a project lie its last three versions.</source>
        <translation>Was Sie verwerfen oder ohne Speichern schließen, finden Sie dreißig Tage lang unter Datei ▸ Wiederherstellen …. Neben einem Projekt liegen seine letzten drei Fassungen.</translation>
    </message>
    <message>
        <source>With I have the files a folder is used where it lies. Verify reads every file again, Save space keeps a copy of half the size, and Remove frees the room. On Linux, Use my NVIDIA card builds an engine for the card in your own folder.</source>
        <translation>Mit „Ich habe die Dateien“ wird ein Ordner dort benutzt, wo er liegt. „Prüfen“ liest jede Datei noch einmal, „Platz sparen“ behält eine Kopie von halber Größe, und „Entfernen“ gibt den Platz frei. Unter Linux baut „Meine NVIDIA-Karte benutzen“ eine Engine für die Karte in Ihrem eigenen Ordner.</translation>
    </message>
    <message>
        <source>With the lasso (L) draw around an area, or click its corners and press Enter. Shift adds to what is selected, Alt takes away.</source>
        <translation>Umfahren Sie mit dem Lasso (L) einen Bereich, oder klicken Sie seine Ecken an und drücken Sie Eingabe. Umschalt fügt zum Ausgewählten hinzu, Alt nimmt davon weg.</translation>
    </message>
</context>
<context>
    <name>GuideWindow</name>
    <message>
        <source>Guide</source>
        <translation>Anleitung</translation>
    </message>
    <message>
        <source>Page of the guide</source>
        <translation>Seite der Anleitung</translation>
    </message>
    <message>
        <source>Pages of the guide</source>
        <translation>Seiten der Anleitung</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Was zu tun ist</translation>
    </message>
</context>
<context>
    <name>Hints</name>
    <message>
        <source>Put pictures and words into the wells, then move the sliders or the point on the pad; the preview follows.</source>
        <translation>Legen Sie Bilder und Worte in die Felder, und bewegen Sie dann die Regler oder den Punkt im Feld; die Vorschau folgt.</translation>
    </message>
    <message>
        <source>The frame reaches beyond the picture: Extend paints what is empty in it. Leave enough overlap, so that the model sees what to continue.</source>
        <translation>Der Rahmen reicht über das Bild hinaus: Erweitern malt, was darin leer ist. Lassen Sie genug überlappen, damit das Modell sieht, was es fortsetzen soll.</translation>
    </message>
    <message>
        <source>You paint the mask now: what is covered is painted anew when you press Fill. Q leaves it.</source>
        <translation>Sie malen jetzt die Maske: Was bedeckt ist, wird neu gemalt, wenn Sie Füllen drücken. Q verlässt sie.</translation>
    </message>
</context>
<context>
    <name>IdeasPages</name>
    <message>
        <source>Film</source>
        <translation>Film</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>Skizzen</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mischen</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Weg</translation>
    </message>
    <message>
        <source>Reword</source>
        <translation>Umformulieren</translation>
    </message>
    <message>
        <source>Ways to work with ideas</source>
        <translation>Arten, mit Ideen zu arbeiten</translation>
    </message>
</context>
<context>
    <name>Invitation</name>
    <message>
        <source>Or try one of these, which are ready to go:</source>
        <translation>Oder versuchen Sie eines von diesen, die bereitliegen:</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Accept it</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Add to the selection</source>
        <translation>Zur Auswahl hinzufügen</translation>
    </message>
    <message>
        <source>Alt in a drag</source>
        <translation>Alt beim Ziehen</translation>
    </message>
    <message>
        <source>Alt+right drag</source>
        <translation>Alt+rechts ziehen</translation>
    </message>
    <message>
        <source>Around the middle</source>
        <translation>Um die Mitte</translation>
    </message>
    <message>
        <source>As if it had not begun</source>
        <translation>Als hätte es nicht begonnen</translation>
    </message>
    <message>
        <source>Change keys</source>
        <translation>Tasten ändern</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>Tasten ändern …</translation>
    </message>
    <message>
        <source>Choose a picture</source>
        <translation>Bild wählen</translation>
    </message>
    <message>
        <source>Close a polygon, crop, transform</source>
        <translation>Vieleck schließen, zuschneiden, transformieren</translation>
    </message>
    <message>
        <source>Ctrl+click, Alt+click</source>
        <translation>Strg+Klick, Alt+Klick</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Discard it</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Double click, F2</source>
        <translation>Doppelklick, F2</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Enter, double click</source>
        <translation>Eingabe, Doppelklick</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Radieren</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Esc in a drag</source>
        <translation>Esc beim Ziehen</translation>
    </message>
    <message>
        <source>Find a key or a gesture</source>
        <translation>Taste oder Geste finden</translation>
    </message>
    <message>
        <source>Frame and layers</source>
        <translation>Rahmen und Ebenen</translation>
    </message>
    <message>
        <source>Getting about</source>
        <translation>Sich bewegen</translation>
    </message>
    <message>
        <source>Keep it as a layer</source>
        <translation>Als Ebene behalten</translation>
    </message>
    <message>
        <source>Keep what is in both</source>
        <translation>Behalten, was in beiden ist</translation>
    </message>
    <message>
        <source>Keys and gestures</source>
        <translation>Tasten und Gesten</translation>
    </message>
    <message>
        <source>Keys of {scheme}</source>
        <translation>Tasten von {scheme}</translation>
    </message>
    <message>
        <source>Look at the original</source>
        <translation>Das Original ansehen</translation>
    </message>
    <message>
        <source>Move the view</source>
        <translation>Ansicht verschieben</translation>
    </message>
    <message>
        <source>Move the view, zoom, turn</source>
        <translation>Ansicht verschieben, zoomen, drehen</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>Neue Zeile</translation>
    </message>
    <message>
        <source>No key and no gesture is called that.</source>
        <translation>Keine Taste und keine Geste heißt so.</translation>
    </message>
    <message>
        <source>Nudge by one pixel</source>
        <translation>Um ein Pixel rücken</translation>
    </message>
    <message>
        <source>Nudge the frame by 64, a layer by 10</source>
        <translation>Den Rahmen um 64 rücken, eine Ebene um 10</translation>
    </message>
    <message>
        <source>Other end of the pen</source>
        <translation>Anderes Ende des Stifts</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>Malen</translation>
    </message>
    <message>
        <source>Painting</source>
        <translation>Malen</translation>
    </message>
    <message>
        <source>Pictures in the tray</source>
        <translation>Bilder in der Leiste</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Reject all</source>
        <translation>Alle ablehnen</translation>
    </message>
    <message>
        <source>Rename a layer</source>
        <translation>Ebene umbenennen</translation>
    </message>
    <message>
        <source>Selecting</source>
        <translation>Auswählen</translation>
    </message>
    <message>
        <source>Shift in a drag</source>
        <translation>Umschalt beim Ziehen</translation>
    </message>
    <message>
        <source>Size and hardness of the brush</source>
        <translation>Größe und Härte des Pinsels</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>Größe des Pinsels</translation>
    </message>
    <message>
        <source>Space+drag, middle drag</source>
        <translation>Leertaste+ziehen, mittlere Maustaste</translation>
    </message>
    <message>
        <source>Square or circle</source>
        <translation>Quadrat oder Kreis</translation>
    </message>
    <message>
        <source>Straight line from the last stroke</source>
        <translation>Gerade Linie vom letzten Strich</translation>
    </message>
    <message>
        <source>Subtract from the selection</source>
        <translation>Von der Auswahl abziehen</translation>
    </message>
    <message>
        <source>Take a colour</source>
        <translation>Farbe aufnehmen</translation>
    </message>
    <message>
        <source>Two fingers, pinch</source>
        <translation>Zwei Finger, spreizen</translation>
    </message>
    <message>
        <source>What are you looking for?</source>
        <translation>Was suchen Sie?</translation>
    </message>
    <message>
        <source>Wheel, Ctrl+wheel</source>
        <translation>Mausrad, Strg+Mausrad</translation>
    </message>
    <message>
        <source>Without snapping</source>
        <translation>Ohne Einrasten</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>Am Zeiger zoomen</translation>
    </message>
</context>
<context>
    <name>KeysWindow</name>
    <message>
        <source>As in the scheme</source>
        <translation>Wie im Schema</translation>
    </message>
    <message>
        <source>Choose a verb, then press its new key.</source>
        <translation>Wählen Sie einen Befehl, und drücken Sie dann seine neue Taste.</translation>
    </message>
    <message>
        <source>Find a verb or a key</source>
        <translation>Befehl oder Taste finden</translation>
    </message>
    <message>
        <source>Give it to “{name}”</source>
        <translation>An „{name}“ geben</translation>
    </message>
    <message>
        <source>Key {number}</source>
        <translation>Taste {number}</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Keys of</source>
        <translation>Tasten von</translation>
    </message>
    <message>
        <source>Keys of “{name}”</source>
        <translation>Tasten von „{name}“</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>So lassen</translation>
    </message>
    <message>
        <source>Restore all</source>
        <translation>Alle zurücksetzen</translation>
    </message>
    <message>
        <source>Scheme</source>
        <translation>Schema</translation>
    </message>
    <message>
        <source>The wheel scrolls, with Ctrl or Alt it zooms</source>
        <translation>Das Rad scrollt, mit Strg oder Alt zoomt es</translation>
    </message>
    <message>
        <source>Verb</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Verbs</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>{key} belongs to “{owner}”, which would have it no longer.</source>
        <translation>{key} gehört zu „{owner}“ und fiele dort weg.</translation>
    </message>
</context>
<context>
    <name>LayerModel</name>
    <message>
        <source>%1, hidden</source>
        <translation>%1, ausgeblendet</translation>
    </message>
</context>
<context>
    <name>LayerRow</name>
    <message>
        <source>locked</source>
        <translation>gesperrt</translation>
    </message>
    <message>
        <source>mask</source>
        <translation>Maske</translation>
    </message>
    <message>
        <source>painting the mask</source>
        <translation>Maske wird gemalt</translation>
    </message>
    <message>
        <source>result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>transparency locked</source>
        <translation>Transparenz gesperrt</translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source>Blend mode of the layer</source>
        <translation>Mischmodus der Ebene</translation>
    </message>
    <message>
        <source>Blend modes</source>
        <translation>Mischmodi</translation>
    </message>
    <message>
        <source>How the layer mixes with what is below</source>
        <translation>Wie sich die Ebene mit dem mischt, was darunter liegt</translation>
    </message>
    <message>
        <source>Layers, top layer first</source>
        <translation>Ebenen, die oberste zuerst</translation>
    </message>
    <message>
        <source>Lock the layer</source>
        <translation>Ebene sperren</translation>
    </message>
    <message>
        <source>Lock transparency</source>
        <translation>Transparenz sperren</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Modus</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>Opacity of the layer</source>
        <translation>Deckkraft der Ebene</translation>
    </message>
    <message>
        <source>Space shows or hides a layer, F2 renames it, drag reorders</source>
        <translation>Die Leertaste blendet eine Ebene ein oder aus, F2 benennt sie um, Ziehen ordnet sie um</translation>
    </message>
</context>
<context>
    <name>LicenceWindow</name>
    <message>
        <source>Agree and download</source>
        <translation>Zustimmen und laden</translation>
    </message>
    <message>
        <source>Easel downloads it when you agree; this is asked once.</source>
        <translation>Easel lädt es, wenn Sie zustimmen; danach wird nur einmal gefragt.</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Licence of {title}</source>
        <translation>Lizenz von {title}</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>{title} is published under {licence}.</source>
        <translation>{title} ist unter {licence} veröffentlicht.</translation>
    </message>
</context>
<context>
    <name>LooksPanel</name>
    <message>
        <source>As they came</source>
        <translation>Wie sie kamen</translation>
    </message>
    <message>
        <source>Every idea is painted in a few steps; choose before the long work begins</source>
        <translation>Jede Idee wird in wenigen Schritten gemalt; wählen Sie, bevor die lange Arbeit beginnt</translation>
    </message>
    <message>
        <source>Ideas</source>
        <translation>Ideen</translation>
    </message>
    <message>
        <source>Ideas for the prompt</source>
        <translation>Ideen zum Prompt</translation>
    </message>
    <message>
        <source>Look at ideas</source>
        <translation>Ideen ansehen</translation>
    </message>
    <message>
        <source>Looking for ideas…</source>
        <translation>Ideen werden gesucht …</translation>
    </message>
    <message>
        <source>Number of ideas</source>
        <translation>Zahl der Ideen</translation>
    </message>
    <message>
        <source>Order of the ideas</source>
        <translation>Reihenfolge der Ideen</translation>
    </message>
    <message>
        <source>Paint the chosen ones</source>
        <translation>Gewählte malen</translation>
    </message>
    <message>
        <source>The best match first</source>
        <translation>Die passendste zuerst</translation>
    </message>
    <message>
        <source>The number is how well an idea agrees with the prompt, 1 at most</source>
        <translation>Die Zahl sagt, wie gut eine Idee zum Prompt passt, höchstens 1</translation>
    </message>
    <message>
        <source>The widest range first</source>
        <translation>Die größte Vielfalt zuerst</translation>
    </message>
    <message>
        <source>“{prompt}”: click those you want, then paint them</source>
        <translation>„{prompt}“: Klicken Sie die gewünschten an, und malen Sie sie dann</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>MixPanel</name>
    <message>
        <source>A new place in the mix</source>
        <translation>Ein neuer Platz in der Mischung</translation>
    </message>
    <message>
        <source>A second place in the mix</source>
        <translation>Ein zweiter Platz in der Mischung</translation>
    </message>
    <message>
        <source>Drop pictures into the places, click them, or type:</source>
        <translation>Legen Sie Bilder auf die Plätze, klicken Sie sie an, oder tippen Sie:</translation>
    </message>
    <message>
        <source>How ideas are mixed</source>
        <translation>Wie Ideen gemischt werden</translation>
    </message>
    <message>
        <source>Pad between the first four ideas</source>
        <translation>Feld zwischen den ersten vier Ideen</translation>
    </message>
    <message>
        <source>Paint the mix</source>
        <translation>Mischung malen</translation>
    </message>
    <message>
        <source>Preview of the mix</source>
        <translation>Vorschau der Mischung</translation>
    </message>
    <message>
        <source>Round the sphere</source>
        <translation>Auf der Kugel</translation>
    </message>
    <message>
        <source>Round the sphere keeps the strength of an idea; the straight sum, Kandinsky&apos;s own way, grows weaker between ideas that are far apart</source>
        <translation>Auf der Kugel bleibt die Stärke einer Idee erhalten; die gerade Summe, Kandinskys eigene Art, wird zwischen weit entfernten Ideen schwächer</translation>
    </message>
    <message>
        <source>Straight sum</source>
        <translation>Gerade Summe</translation>
    </message>
    <message>
        <source>Style and subject apart</source>
        <translation>Stil und Motiv getrennt</translation>
    </message>
    <message>
        <source>The mix shows here while you look for it</source>
        <translation>Hier sehen Sie die Mischung, während Sie nach ihr suchen</translation>
    </message>
    <message>
        <source>Two weights for each idea: what it shows, and how it is painted. Style is what lies along words for styles; the pad weighs the subjects</source>
        <translation>Zwei Gewichte für jede Idee: was sie zeigt und wie sie gemalt ist. Stil ist, was entlang von Worten für Stile liegt; das Feld wiegt die Motive</translation>
    </message>
    <message>
        <source>Words to put into the mix</source>
        <translation>Worte für die Mischung</translation>
    </message>
    <message>
        <source>or type, and press Enter</source>
        <translation>oder tippen und Eingabe drücken</translation>
    </message>
</context>
<context>
    <name>Model</name>
    <message>
        <source>Starter draws emoji-like pictures; it cannot do photographs or text</source>
        <translation>Der Starter zeichnet Bilder wie Emojis; Fotografien und Schrift kann er nicht</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Cancel…</source>
        <translation>Abbrechen …</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortfahren</translation>
    </message>
    <message>
        <source>Get…</source>
        <translation>Holen …</translation>
    </message>
    <message>
        <source>I have the files…</source>
        <translation>Ich habe die Dateien …</translation>
    </message>
    <message>
        <source>Licence…</source>
        <translation>Lizenz …</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Progress of {title}</source>
        <translation>Fortschritt von {title}</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Save space…</source>
        <translation>Platz sparen …</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>; kept as smaller copies</source>
        <translation>; als kleinere Kopien gehalten</translation>
    </message>
    <message>
        <source>; painted at {side} and enlarged</source>
        <translation>; mit {side} gemalt und vergrößert</translation>
    </message>
    <message>
        <source>; {free} free on this disk</source>
        <translation>; {free} frei auf diesem Datenträger</translation>
    </message>
    <message>
        <source>about {need} for the largest part (estimate); {free} free now</source>
        <translation>etwa {need} für den größten Teil (geschätzt); {free} jetzt frei</translation>
    </message>
    <message>
        <source>about {time} for a picture here (estimate; it may be two or three times off)</source>
        <translation>etwa {time} für ein Bild hier (geschätzt; es kann das Zwei- bis Dreifache sein)</translation>
    </message>
    <message>
        <source>comes with Easel</source>
        <translation>gehört zu Easel</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>beschädigt</translation>
    </message>
    <message>
        <source>damaged, {left} to get again</source>
        <translation>beschädigt, {left} noch einmal zu holen</translation>
    </message>
    <message>
        <source>damaged: get it again, only the damaged file is fetched</source>
        <translation>beschädigt: noch einmal holen, nur die beschädigte Datei wird geladen</translation>
    </message>
    <message>
        <source>damaged: install Easel again</source>
        <translation>beschädigt: Bitte installieren Sie Easel neu</translation>
    </message>
    <message>
        <source>enlarging</source>
        <translation>vergrößern</translation>
    </message>
    <message>
        <source>filling and extending</source>
        <translation>ausfüllen und erweitern</translation>
    </message>
    <message>
        <source>incomplete: {share} %, {left} to go</source>
        <translation>unvollständig: {share} %, noch {left}</translation>
    </message>
    <message>
        <source>little; it runs on any machine</source>
        <translation>wenig; es läuft auf jedem Rechner</translation>
    </message>
    <message>
        <source>mixes</source>
        <translation>Mischungen</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>noch nichts</translation>
    </message>
    <message>
        <source>not on this computer</source>
        <translation>nicht auf diesem Computer</translation>
    </message>
    <message>
        <source>not verified against the publisher</source>
        <translation>nicht mit dem Herausgeber abgeglichen</translation>
    </message>
    <message>
        <source>not yet verified here</source>
        <translation>hier noch nicht geprüft</translation>
    </message>
    <message>
        <source>nothing to download</source>
        <translation>nichts zu laden</translation>
    </message>
    <message>
        <source>paint one picture with the Starter, then Easel can estimate it</source>
        <translation>malen Sie ein Bild mit dem Starter, dann kann Easel es schätzen</translation>
    </message>
    <message>
        <source>painting over</source>
        <translation>übermalen</translation>
    </message>
    <message>
        <source>paths between pictures</source>
        <translation>Wege zwischen Bildern</translation>
    </message>
    <message>
        <source>pictures from words</source>
        <translation>Bilder aus Worten</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>rewording</source>
        <translation>umformulieren</translation>
    </message>
    <message>
        <source>search by meaning</source>
        <translation>Suche nach Bedeutung</translation>
    </message>
    <message>
        <source>variations</source>
        <translation>Variationen</translation>
    </message>
    <message>
        <source>verified against the publisher</source>
        <translation>mit dem Herausgeber abgeglichen</translation>
    </message>
    <message>
        <source>{side} × {side} pixels, or another shape of that area</source>
        <translation>{side} × {side} Pixel oder eine andere Form dieser Fläche</translation>
    </message>
    <message numerus="yes">
        <source>{size} in {count} files</source>
        <translation>
            <numerusform>{size} in {count} Datei</numerusform>
            <numerusform>{size} in {count} Dateien</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelsWindow</name>
    <message>
        <source> (accepted)</source>
        <translation> (angenommen)</translation>
    </message>
    <message>
        <source>A folder in which models are looked for; its files are used in place.</source>
        <translation>Ein Ordner, in dem nach Modellen gesucht wird; die Dateien darin werden dort verwendet, wo sie liegen.</translation>
    </message>
    <message>
        <source>A folder with models</source>
        <translation>Ein Ordner mit Modellen</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
        <source>Can do</source>
        <translation>Kann</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Download</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Keep {title} as smaller copies? They take about half of {size}. Numbers are rounded to bfloat16, so pictures come out a little different on machines that compute in float32; the published files are deleted and could only be downloaded again.</source>
        <translation>{title} als kleinere Kopien halten? Sie brauchen etwa die Hälfte von {size}. Zahlen werden auf bfloat16 gerundet, deshalb fallen Bilder auf Rechnern mit float32 ein wenig anders aus; die veröffentlichten Dateien werden gelöscht und ließen sich nur neu laden.</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>So lassen</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Weglassen</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Made from {title}; its files are used in place.</source>
        <translation>Aus {title} gemacht; dessen Dateien werden dort verwendet, wo sie liegen.</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>Spiegel</translation>
    </message>
    <message>
        <source>Mirror and proxy</source>
        <translation>Spiegel und Proxy</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>Pakete</translation>
    </message>
    <message>
        <source>Paints</source>
        <translation>Malt</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove {title} from this computer? {size} are deleted from Easel&apos;s own folder; files of yours elsewhere stay. It can be downloaded again.</source>
        <translation>{title} von diesem Computer entfernen? {size} werden aus Easels eigenem Ordner gelöscht; Ihre Dateien anderswo bleiben. Es lässt sich neu laden.</translation>
    </message>
    <message>
        <source>Save space</source>
        <translation>Platz sparen</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>beschädigt</translation>
    </message>
    <message>
        <source>damaged: {file}; put a sound copy in its place</source>
        <translation>beschädigt: {file}; legen Sie eine heile Kopie an seine Stelle</translation>
    </message>
    <message>
        <source>https address instead of the publisher&apos;s</source>
        <translation>https-Adresse statt der des Herausgebers</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>in Gebrauch</translation>
    </message>
    <message>
        <source>index for the engine on an NVIDIA card, instead of the usual one</source>
        <translation>Verzeichnis für die Engine auf einer NVIDIA-Karte, anstelle des üblichen</translation>
    </message>
    <message>
        <source>instead of the system&apos;s</source>
        <translation>statt dem des Systems</translation>
    </message>
    <message>
        <source>needs the rest of {title}</source>
        <translation>braucht den Rest von {title}</translation>
    </message>
    <message>
        <source>only where the publisher asks for one; it is not stored</source>
        <translation>nur wo der Herausgeber eines verlangt; es wird nicht gespeichert</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>searched</source>
        <translation>durchsucht</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>beginnt</translation>
    </message>
</context>
<context>
    <name>NavigatorPanel</name>
    <message>
        <source>Navigator: the whole picture and the part in view</source>
        <translation>Navigator: das ganze Bild und der sichtbare Teil</translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message>
        <source>A run has failed</source>
        <translation>Ein Lauf ist fehlgeschlagen</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures are ready</source>
        <translation>
            <numerusform>{count} Bild ist fertig</numerusform>
            <numerusform>{count} Bilder sind fertig</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OfferBar</name>
    <message>
        <source>Do not show this again</source>
        <translation>Nicht mehr zeigen</translation>
    </message>
    <message>
        <source>For large, detailed pictures there is {title} ({size} GB, {licence}); here a picture would take roughly {time}.</source>
        <translation>Für große, genaue Bilder gibt es {title} ({size} GB, {licence}); ein Bild bräuchte hier ungefähr {time}.</translation>
    </message>
    <message>
        <source>For large, detailed pictures there is {title} ({size} GB, {licence}); this computer would need longer for it.</source>
        <translation>Für große, genaue Bilder gibt es {title} ({size} GB, {licence}); dieser Computer bräuchte dafür länger.</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation>Modelle …</translation>
    </message>
    <message>
        <source>Show the models</source>
        <translation>Die Modelle zeigen</translation>
    </message>
</context>
<context>
    <name>Pad</name>
    <message>
        <source>Drag the point: the nearer to a corner, the more of what lies there</source>
        <translation>Ziehen Sie den Punkt: je näher an einer Ecke, desto mehr von dem, was dort liegt</translation>
    </message>
    <message>
        <source>Two ideas make a pad</source>
        <translation>Mit zwei Ideen entsteht ein Feld</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Canvas</source>
        <translation>Leinwand</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>Erstellen</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>Galerie</translation>
    </message>
</context>
<context>
    <name>PathPanel</name>
    <message>
        <source>1 is the first result, 2 the second; in between lies what is meant between</source>
        <translation>1 ist das erste Ergebnis, 2 das zweite; dazwischen liegt, was dazwischen gemeint ist</translation>
    </message>
    <message>
        <source>Near {number}: {name}</source>
        <translation>Nahe an {number}: {name}</translation>
    </message>
    <message>
        <source>Paint from here</source>
        <translation>Von hier aus malen</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>Place on the line</source>
        <translation>Stelle auf der Linie</translation>
    </message>
    <message>
        <source>Results of this project, the oldest first</source>
        <translation>Ergebnisse dieses Projekts, das älteste zuerst</translation>
    </message>
    <message>
        <source>What is meant there</source>
        <translation>Was dort gemeint ist</translation>
    </message>
    <message>
        <source>What is meant there shows here</source>
        <translation>Hier erscheint, was dort gemeint ist</translation>
    </message>
</context>
<context>
    <name>Places</name>
    <message>
        <source>, a favourite</source>
        <translation>, ein Favorit</translation>
    </message>
    <message>
        <source>, agreement with the prompt {share}</source>
        <translation>, Übereinstimmung mit dem Prompt {share}</translation>
    </message>
    <message>
        <source>, in the gallery&apos;s trash</source>
        <translation>, im Papierkorb der Galerie</translation>
    </message>
    <message>
        <source>Picture {number}, not finished</source>
        <translation>Bild {number}, noch nicht fertig</translation>
    </message>
    <message>
        <source>Picture {number}, seed {seed}</source>
        <translation>Bild {number}, Startwert {seed}</translation>
    </message>
    <message>
        <source>in the trash</source>
        <translation>im Papierkorb</translation>
    </message>
</context>
<context>
    <name>PlanView</name>
    <message>
        <source>The picture and the planned frames</source>
        <translation>Das Bild und die geplanten Rahmen</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>Progress of the run</source>
        <translation>Fortschritt des Laufs</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Beginnt …</translation>
    </message>
    <message>
        <source>What the run is doing</source>
        <translation>Was der Lauf gerade tut</translation>
    </message>
    <message>
        <source>What this model can do</source>
        <translation>Was dieses Modell kann</translation>
    </message>
    <message numerus="yes">
        <source>{count} more to come</source>
        <translation>
            <numerusform>noch {count} weiterer</numerusform>
            <numerusform>noch {count} weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s left</source>
        <translation>noch {minutes} min {seconds} s</translation>
    </message>
    <message>
        <source>{seconds} s left</source>
        <translation>noch {seconds} s</translation>
    </message>
</context>
<context>
    <name>PromptList</name>
    <message>
        <source>No prompt has these words.</source>
        <translation>Kein Prompt hat diese Worte.</translation>
    </message>
    <message>
        <source>Search your prompts</source>
        <translation>Ihre Prompts durchsuchen</translation>
    </message>
    <message>
        <source>Your prompts</source>
        <translation>Ihre Prompts</translation>
    </message>
</context>
<context>
    <name>PromptPanel</name>
    <message>
        <source>&amp;Pictures</source>
        <translation>B&amp;ilder</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Choose another seed and keep it</source>
        <translation>Einen anderen Seed wählen und behalten</translation>
    </message>
    <message>
        <source>Continue the picture into the empty part of the frame; the rest stays</source>
        <translation>Das Bild in den leeren Teil des Rahmens fortsetzen; der Rest bleibt</translation>
    </message>
    <message>
        <source>Ctrl+Enter, or Enter in the prompt</source>
        <translation>Strg+Eingabe, oder Eingabe im Prompt</translation>
    </message>
    <message>
        <source>Describe the picture you want</source>
        <translation>Beschreiben Sie das Bild, das Sie möchten</translation>
    </message>
    <message>
        <source>Describe what belongs here, or leave this empty to go by the rest</source>
        <translation>Beschreiben, was hierher gehört, oder leer lassen und dem Rest folgen</translation>
    </message>
    <message>
        <source>Every run takes a new seed; click to keep this one</source>
        <translation>Jeder Lauf nimmt einen neuen Seed; klicken Sie, um diesen zu behalten</translation>
    </message>
    <message>
        <source>Extend</source>
        <translation>Erweitern</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>Füllen</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>How many pictures one run makes (1–10)</source>
        <translation>Wie viele Bilder ein Lauf malt (1–10)</translation>
    </message>
    <message>
        <source>How much of the picture in the frame may go: 0 keeps it, 100 ignores it</source>
        <translation>Wie viel vom Bild im Rahmen verloren gehen darf: 0 behält es, 100 beachtet es nicht</translation>
    </message>
    <message>
        <source>Keep this seed</source>
        <translation>Diesen Seed behalten</translation>
    </message>
    <message>
        <source>Landscape 3 : 2</source>
        <translation>Querformat 3 : 2</translation>
    </message>
    <message>
        <source>Landscape 4 : 3</source>
        <translation>Querformat 4 : 3</translation>
    </message>
    <message>
        <source>New seed</source>
        <translation>Neuer Seed</translation>
    </message>
    <message>
        <source>Nothing is masked: paint all of the frame anew, as far as Strength says</source>
        <translation>Nichts ist maskiert: den ganzen Rahmen neu malen, so weit die Stärke sagt</translation>
    </message>
    <message>
        <source>Number of pictures</source>
        <translation>Zahl der Bilder</translation>
    </message>
    <message>
        <source>Paint over</source>
        <translation>Übermalen</translation>
    </message>
    <message>
        <source>Paint the whole frame from the prompt</source>
        <translation>Den ganzen Rahmen aus dem Prompt malen</translation>
    </message>
    <message>
        <source>Paint what is masked, selected or empty in the frame; the rest stays</source>
        <translation>Malen, was im Rahmen maskiert, ausgewählt oder leer ist; der Rest bleibt</translation>
    </message>
    <message>
        <source>Portrait 2 : 3</source>
        <translation>Hochformat 2 : 3</translation>
    </message>
    <message>
        <source>Portrait 3 : 4</source>
        <translation>Hochformat 3 : 4</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>See&amp;d</source>
        <translation>&amp;Seed</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Seed</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Shape of the picture</source>
        <translation>Form des Bilds</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>Quadrat</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>Anhalten (Esc)</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>Strength of painting over</source>
        <translation>Stärke des Übermalens</translation>
    </message>
    <message>
        <source>Surprise me</source>
        <translation>Überrasche mich</translation>
    </message>
    <message>
        <source>Surprise me: write an idea here</source>
        <translation>Überrasche mich: hier eine Idee hineinschreiben</translation>
    </message>
    <message>
        <source>Tall 9 : 16</source>
        <translation>Hoch 9 : 16</translation>
    </message>
    <message>
        <source>The same prompt and seed give the same picture</source>
        <translation>Gleicher Prompt und gleicher Seed ergeben das gleiche Bild</translation>
    </message>
    <message>
        <source>The seed is kept; click for a new one with every run</source>
        <translation>Der Seed bleibt; klicken Sie für einen neuen bei jedem Lauf</translation>
    </message>
    <message>
        <source>Wide 16 : 9</source>
        <translation>Breit 16 : 9</translation>
    </message>
</context>
<context>
    <name>PromptTools</name>
    <message>
        <source>Avoid</source>
        <translation>Vermeiden</translation>
    </message>
    <message>
        <source>Avoid: say what the picture should keep away from</source>
        <translation>Vermeiden: sagen, wovon das Bild wegbleiben soll</translation>
    </message>
    <message>
        <source>Clip art</source>
        <translation>Cliparts</translation>
    </message>
    <message>
        <source>Earlier prompts</source>
        <translation>Frühere Prompts</translation>
    </message>
    <message>
        <source>Earlier prompts (Alt+Up, Alt+Down)</source>
        <translation>Frühere Prompts (Alt+Auf, Alt+Ab)</translation>
    </message>
    <message>
        <source>Film still</source>
        <translation>Filmszene</translation>
    </message>
    <message>
        <source>Flat</source>
        <translation>Flächig</translation>
    </message>
    <message>
        <source>Gouache</source>
        <translation>Gouache</translation>
    </message>
    <message>
        <source>Line drawing</source>
        <translation>Strichzeichnung</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Kein Stil</translation>
    </message>
    <message>
        <source>Oil painting</source>
        <translation>Ölgemälde</translation>
    </message>
    <message>
        <source>Paper cut</source>
        <translation>Scherenschnitt</translation>
    </message>
    <message>
        <source>Pencil</source>
        <translation>Bleistift</translation>
    </message>
    <message>
        <source>Photograph</source>
        <translation>Fotografie</translation>
    </message>
    <message>
        <source>Pixel art</source>
        <translation>Pixelkunst</translation>
    </message>
    <message>
        <source>Stained glass</source>
        <translation>Buntglas</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Style: write a way of painting behind the prompt</source>
        <translation>Stil: eine Malweise hinter den Prompt schreiben</translation>
    </message>
    <message>
        <source>Watercolour</source>
        <translation>Aquarell</translation>
    </message>
    <message>
        <source>What the picture should not show</source>
        <translation>Was das Bild nicht zeigen soll</translation>
    </message>
    <message>
        <source>Woodcut</source>
        <translation>Holzschnitt</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>Enlarging</source>
        <translation>Wird vergrößert</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mischen</translation>
    </message>
    <message>
        <source>Not painted</source>
        <translation>Nicht gemalt</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message numerus="yes">
        <source>Paused; {count} waiting</source>
        <translation>
            <numerusform>Angehalten; {count} wartet</numerusform>
            <numerusform>Angehalten; {count} warten</numerusform>
        </translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Take it out</source>
        <translation>Herausnehmen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>Variationen</translation>
    </message>
    <message>
        <source>What waits</source>
        <translation>Was wartet</translation>
    </message>
    <message>
        <source>What waits to be painted</source>
        <translation>Was darauf wartet, gemalt zu werden</translation>
    </message>
    <message numerus="yes">
        <source>{count} waiting</source>
        <translation>
            <numerusform>{count} wartet</numerusform>
            <numerusform>{count} warten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecoveryCard</name>
    <message>
        <source>1 layer</source>
        <translation>1 Ebene</translation>
    </message>
    <message>
        <source>A picture without a name</source>
        <translation>Ein Bild ohne Namen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Easel ended while it was reading this; it may do so again.</source>
        <translation>Easel endete, während es dies las; das kann wieder geschehen.</translation>
    </message>
    <message>
        <source>No preview</source>
        <translation>Keine Vorschau</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Preview of {name}</source>
        <translation>Vorschau von {name}</translation>
    </message>
    <message>
        <source>Today, {clock}</source>
        <translation>Heute, {clock}</translation>
    </message>
    <message>
        <source>Yesterday, {clock}</source>
        <translation>Gestern, {clock}</translation>
    </message>
    <message>
        <source>kept for {days} more days</source>
        <translation>bleibt noch {days} Tage</translation>
    </message>
    <message>
        <source>{day}, {clock}</source>
        <translation>{day}, {clock}</translation>
    </message>
    <message>
        <source>{layers}, changed since it was saved</source>
        <translation>{layers}, seit dem Speichern geändert</translation>
    </message>
    <message>
        <source>{layers}, never saved</source>
        <translation>{layers}, nie gespeichert</translation>
    </message>
    <message>
        <source>{n} layers</source>
        <translation>{n} Ebenen</translation>
    </message>
    <message>
        <source>“{prompt}”</source>
        <translation>„{prompt}“</translation>
    </message>
</context>
<context>
    <name>RecoveryPages</name>
    <message>
        <source>A folder for the copy of unsaved work</source>
        <translation>Ein Ordner für die Kopie ungesicherter Arbeit</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>Anderer Ordner…</translation>
    </message>
    <message>
        <source>Save the project…</source>
        <translation>Projekt sichern…</translation>
    </message>
</context>
<context>
    <name>RecoveryWindow</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Decide later</source>
        <translation>Später entscheiden</translation>
    </message>
    <message>
        <source>Easel ended before this was saved</source>
        <translation>Easel endete, bevor dies gespeichert war</translation>
    </message>
    <message>
        <source>Easel keeps unsaved work after every action. What was discarded, or closed without saving, stays here for 30 days.</source>
        <translation>Easel sichert ungespeicherte Arbeit nach jeder Handlung. Was verworfen oder ohne Speichern geschlossen wurde, bleibt 30 Tage hier.</translation>
    </message>
    <message>
        <source>Open what you want to go on with. What you discard can still be found for 30 days, under File ▸ Recover.</source>
        <translation>Öffnen Sie, womit Sie weitermachen möchten. Was Sie verwerfen, finden Sie noch 30 Tage unter Datei ▸ Wiederherstellen.</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>There is nothing to recover</source>
        <translation>Es gibt nichts wiederherzustellen</translation>
    </message>
    <message>
        <source>Work that was not saved</source>
        <translation>Arbeit, die nicht gespeichert war</translation>
    </message>
</context>
<context>
    <name>Remedies</name>
    <message>
        <source>Another seed</source>
        <translation>Anderer Startwert</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">Abbrechen</translation>
    </message>
    <message>
        <source>Get it again…</source>
        <translation>Neu holen…</translation>
    </message>
    <message>
        <source>Get…</source>
        <translation type="unfinished">Holen …</translation>
    </message>
    <message>
        <source>Half the guidance</source>
        <translation>Halbe Führung</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>Ort angeben…</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation type="unfinished">Modelle …</translation>
    </message>
    <message>
        <source>Offload (2× slower)</source>
        <translation>Auslagern (2× langsamer)</translation>
    </message>
    <message>
        <source>Paint on the processor</source>
        <translation>Auf dem Prozessor malen</translation>
    </message>
    <message>
        <source>Paint with the Starter</source>
        <translation>Mit dem Starter malen</translation>
    </message>
    <message>
        <source>Retry at {side} × {side}</source>
        <translation>Noch einmal mit {side} × {side}</translation>
    </message>
    <message>
        <source>Run anyway</source>
        <translation>Trotzdem malen</translation>
    </message>
    <message>
        <source>Test device</source>
        <translation type="unfinished">Gerät testen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished">Noch einmal</translation>
    </message>
    <message>
        <source>Use {side} × {side}</source>
        <translation>{side} × {side} nehmen</translation>
    </message>
</context>
<context>
    <name>ReshapeWindow</name>
    <message>
        <source>Apply</source>
        <translation type="unfinished">Anwenden</translation>
    </message>
</context>
<context>
    <name>ResultCard</name>
    <message>
        <source>Favourite</source>
        <translation>Favorit</translation>
    </message>
    <message>
        <source>Mark it as a favourite in the gallery (F)</source>
        <translation>In der Galerie als Favorit markieren (F)</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mischen</translation>
    </message>
    <message>
        <source>Mix: put it onto the mixing desk</source>
        <translation>Mischen: auf das Mischpult legen</translation>
    </message>
    <message>
        <source>New pictures like this one, as far away as the panel Vary says</source>
        <translation>Neue Bilder wie dieses, so weit entfernt, wie das Feld „Variieren“ sagt</translation>
    </message>
    <message>
        <source>Open on canvas</source>
        <translation>Auf der Leinwand öffnen</translation>
    </message>
    <message>
        <source>Open on canvas: put it there as a layer (Enter)</source>
        <translation>Auf der Leinwand öffnen: als Ebene dorthin legen (Eingabe)</translation>
    </message>
    <message>
        <source>Save a copy of its file</source>
        <translation>Eine Kopie der Datei speichern</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern …</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>Variationen</translation>
    </message>
</context>
<context>
    <name>ResultPanel</name>
    <message>
        <source>Again with these settings</source>
        <translation>Noch einmal mit diesen Einstellungen</translation>
    </message>
    <message>
        <source>Choose a layer to see how it was made.</source>
        <translation>Wählen Sie eine Ebene, um zu sehen, wie sie entstand.</translation>
    </message>
    <message>
        <source>Colour match</source>
        <translation>Farbangleich</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Enlarges the filled part, or makes it smaller</source>
        <translation>Vergrößert den ausgefüllten Teil oder verkleinert ihn</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>Weiche Kante</translation>
    </message>
    <message>
        <source>Grow</source>
        <translation>Wachsen</translation>
    </message>
    <message>
        <source>Growth of the mask</source>
        <translation>Wachstum der Maske</translation>
    </message>
    <message>
        <source>How far new and old pixels fade together</source>
        <translation>Wie weit neue und alte Pixel ineinander übergehen</translation>
    </message>
    <message>
        <source>How far the new pixels take on the colours around them</source>
        <translation>Wie weit die neuen Pixel die Farben um sie herum annehmen</translation>
    </message>
    <message>
        <source>Keeps the layer as it looks and forgets what it came from</source>
        <translation>Behält die Ebene, wie sie aussieht, und vergisst, woher sie kam</translation>
    </message>
    <message>
        <source>Make ordinary</source>
        <translation>Gewöhnlich machen</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>Nach unten vereinen</translation>
    </message>
    <message>
        <source>Paints once more by the same words; what you accept takes its place</source>
        <translation>Malt mit denselben Worten noch einmal; was Sie übernehmen, tritt an ihre Stelle</translation>
    </message>
    <message>
        <source>“{name}” fills its frame, so it has no seam.</source>
        <translation>„{name}“ füllt den Rahmen und hat deshalb keine Naht.</translation>
    </message>
    <message>
        <source>“{name}” was filled in; its seam can still be changed.</source>
        <translation>„{name}“ wurde ausgefüllt; die Naht lässt sich noch ändern.</translation>
    </message>
    <message>
        <source>“{name}” was not made by the engine, so it has no seam.</source>
        <translation>„{name}“ stammt nicht von der Engine und hat deshalb keine Naht.</translation>
    </message>
</context>
<context>
    <name>RewordPanel</name>
    <message>
        <source>Another change</source>
        <translation>Weitere Änderung</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Click a picture to go exactly that far</source>
        <translation>Klick auf ein Bild geht genau so weit</translation>
    </message>
    <message>
        <source>Keep the composition</source>
        <translation>Komposition behalten</translation>
    </message>
    <message>
        <source>Paint from the picture&apos;s own noise, so that shapes stay where they are</source>
        <translation>Aus dem eigenen Rauschen des Bilds malen, damit Formen bleiben, wo sie sind</translation>
    </message>
    <message>
        <source>Paint the change</source>
        <translation>Änderung malen</translation>
    </message>
    <message>
        <source>The picture to reword</source>
        <translation>Das Bild, das umformuliert wird</translation>
    </message>
    <message>
        <source>The picture to reword: click or drop</source>
        <translation>Das Bild, das umformuliert wird: klicken oder ablegen</translation>
    </message>
    <message>
        <source>The way from 0 to 100 per cent</source>
        <translation>Der Weg von 0 bis 100 Prozent</translation>
    </message>
</context>
<context>
    <name>SelectionsWindow</name>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>&amp;Intersect</source>
        <translation>&amp;Schnittmenge</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>&amp;Auswählen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Name of the present selection</source>
        <translation>Name der jetzigen Auswahl</translation>
    </message>
    <message>
        <source>S&amp;ubtract</source>
        <translation>A&amp;bziehen</translation>
    </message>
    <message>
        <source>Sa&amp;ve</source>
        <translation>S&amp;peichern</translation>
    </message>
    <message>
        <source>Saved selections</source>
        <translation>Gespeicherte Auswahlen</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Back to the default</source>
        <translation>Zurück zur Vorgabe</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>Tasten ändern …</translation>
    </message>
    <message>
        <source>Choose {setting}</source>
        <translation>{setting} wählen</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Default of {setting}</source>
        <translation>Vorgabe von {setting}</translation>
    </message>
    <message>
        <source>Takes effect at the next start.</source>
        <translation>Wirkt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>The engine starts anew for it.</source>
        <translation>Die Engine startet dafür neu.</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">Abbrechen</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>Einstellung finden</translation>
    </message>
    <message>
        <source>Give the test up</source>
        <translation>Den Test abbrechen</translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation>Keine Einstellung hat diese Worte.</translation>
    </message>
    <message>
        <source>Pages of settings</source>
        <translation>Seiten der Einstellungen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Start Easel again for what you changed to take effect.</source>
        <translation>Starten Sie Easel neu, damit Ihre Änderungen wirken.</translation>
    </message>
    <message>
        <source>What the test has shown</source>
        <translation>Was der Test ergeben hat</translation>
    </message>
</context>
<context>
    <name>SourceMenu</name>
    <message>
        <source>Choose a picture</source>
        <translation>Bild wählen</translation>
    </message>
    <message>
        <source>From the cli&amp;pboard</source>
        <translation>&amp;Aus der Zwischenablage</translation>
    </message>
    <message>
        <source>Picture fil&amp;e…</source>
        <translation>&amp;Bilddatei …</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>The &amp;layer in use</source>
        <translation>&amp;Die aktuelle Ebene</translation>
    </message>
    <message>
        <source>The picture &amp;chosen in the tray</source>
        <translation>Das &amp;in der Leiste gewählte Bild</translation>
    </message>
    <message>
        <source>What the &amp;frame shows</source>
        <translation>&amp;Was der Rahmen zeigt</translation>
    </message>
</context>
<context>
    <name>SourceWell</name>
    <message>
        <source>Drop a picture here, or click to choose one</source>
        <translation>Legen Sie hier ein Bild ab, oder klicken Sie, um eines zu wählen</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
</context>
<context>
    <name>Sources</name>
    <message>
        <source>A result</source>
        <translation>Ein Ergebnis</translation>
    </message>
    <message>
        <source>No picture is chosen; click one in the tray first.</source>
        <translation>Kein Bild ist gewählt; klicken Sie zuerst eines in der Leiste an.</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <source>The frame</source>
        <translation>Der Rahmen</translation>
    </message>
    <message>
        <source>The frame is empty; move it over a picture first.</source>
        <translation>Der Rahmen ist leer; schieben Sie ihn zuerst über ein Bild.</translation>
    </message>
    <message>
        <source>There is neither a picture nor a text on the clipboard; copy one first.</source>
        <translation>In der Zwischenablage ist weder Bild noch Text; kopieren Sie zuerst etwas davon.</translation>
    </message>
    <message>
        <source>There is nothing on this layer; choose one with a picture.</source>
        <translation>Auf dieser Ebene ist nichts; wählen Sie eine mit einem Bild.</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Choose or download a model</source>
        <translation>Modell wählen oder laden</translation>
    </message>
    <message>
        <source>Device and network</source>
        <translation>Gerät und Netz</translation>
    </message>
    <message>
        <source>Model in use: {title}</source>
        <translation>Modell in Gebrauch: {title}</translation>
    </message>
    <message>
        <source>Pointer, in pixels of the picture</source>
        <translation>Zeiger, in Pixeln des Bilds</translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished">Suchen</translation>
    </message>
    <message>
        <source>Size of the frame</source>
        <translation>Größe des Rahmens</translation>
    </message>
    <message>
        <source>What the model is too weak for here</source>
        <translation>Wofür das Modell hier zu schwach ist</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>computing… {percent:.0f} % · Esc gives up</source>
        <translation>wird berechnet … {percent:.0f} % · Esc gibt auf</translation>
    </message>
    <message>
        <source>frame {width} × {height}</source>
        <translation>Rahmen {width} × {height}</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>offline</translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished">bereit</translation>
    </message>
    <message>
        <source>starting…</source>
        <translation>startet …</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
</context>
<context>
    <name>ToolOptionsPanel</name>
    <message>
        <source>Colour; click to choose another one</source>
        <translation>Farbe; klicken Sie, um eine andere zu wählen</translation>
    </message>
    <message>
        <source>Options of the tool</source>
        <translation>Optionen des Werkzeugs</translation>
    </message>
    <message>
        <source>Second colour; click to paint with it</source>
        <translation>Zweite Farbe; klicken Sie, um mit ihr zu malen</translation>
    </message>
</context>
<context>
    <name>Tries</name>
    <message>
        <source>A panorama</source>
        <translation>Ein Panorama</translation>
    </message>
    <message>
        <source>Choose how far the picture shall reach. Its frames are painted one after the other; Cancel stops, and what is painted stays.</source>
        <translation>Wählen Sie, wie weit das Bild reichen soll. Seine Rahmen werden nacheinander gemalt; Abbrechen hält an, und was gemalt ist, bleibt.</translation>
    </message>
    <message>
        <source>Drag the point on the pad from one idea to the other, look at the preview, and press Paint the mix.</source>
        <translation>Ziehen Sie den Punkt im Feld von der einen Idee zur anderen, sehen Sie sich die Vorschau an, und drücken Sie „Mischung malen“.</translation>
    </message>
    <message>
        <source>Erase and describe</source>
        <translation>Radieren und beschreiben</translation>
    </message>
    <message>
        <source>From summer to autumn</source>
        <translation>Vom Sommer zum Herbst</translation>
    </message>
    <message>
        <source>Mix two ideas</source>
        <translation>Zwei Ideen mischen</translation>
    </message>
    <message>
        <source>Past the edge</source>
        <translation>Über den Rand</translation>
    </message>
    <message>
        <source>The frame reaches beyond the picture, and what is empty is painted. Press Extend; drag the frame elsewhere and do it again.</source>
        <translation>Der Rahmen reicht über das Bild hinaus, und was leer ist, wird gemalt. Drücken Sie Erweitern; ziehen Sie den Rahmen anderswohin, und tun Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The middle of the apple is masked. Press Fill, choose a picture in the tray and press Enter. The brush paints the mask (Q), the eraser takes it away.</source>
        <translation>Die Mitte des Apfels ist maskiert. Drücken Sie Füllen, wählen Sie ein Bild in der Leiste, und drücken Sie Eingabe. Der Pinsel malt die Maske (Q), der Radierer nimmt sie weg.</translation>
    </message>
    <message>
        <source>The strip shows the way in five pictures. Click one of them, or move the slider, and paint it.</source>
        <translation>Der Streifen zeigt den Weg in fünf Bildern. Klicken Sie eines an, oder bewegen Sie den Regler, und malen Sie es.</translation>
    </message>
</context>
<context>
    <name>TryTile</name>
    <message>
        <source>Try it: {title}</source>
        <translation>Versuchen: {title}</translation>
    </message>
</context>
<context>
    <name>VariationsPanel</name>
    <message>
        <source>0 keeps the idea, 100 goes as far as another one</source>
        <translation>0 behält die Idee, 100 geht so weit wie eine andere</translation>
    </message>
    <message>
        <source>0 keeps where things are, 100 puts them anywhere</source>
        <translation>0 lässt alles, wo es ist, 100 stellt es irgendwohin</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>All of it</source>
        <translation>Alles davon</translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation>Gewähltes</translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>How far the composition may drift</source>
        <translation>Wie weit die Komposition abweichen darf</translation>
    </message>
    <message>
        <source>How far the meaning may drift</source>
        <translation>Wie weit die Bedeutung abweichen darf</translation>
    </message>
    <message>
        <source>Keep the composition, change the meaning</source>
        <translation>Komposition behalten, Bedeutung ändern</translation>
    </message>
    <message>
        <source>Keep the meaning, change the composition</source>
        <translation>Bedeutung behalten, Komposition ändern</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Ebene</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>Aufbau</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>Bedeutung</translation>
    </message>
    <message>
        <source>Variations of</source>
        <translation>Variationen von</translation>
    </message>
    <message>
        <source>Variations of: {what}</source>
        <translation>Variationen von: {what}</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Or try one of these, which are ready to go:</source>
        <translation>Oder versuchen Sie eines von diesen, die bereitliegen:</translation>
    </message>
    <message>
        <source>What would you like to see?</source>
        <translation>Was möchten Sie sehen?</translation>
    </message>
    <message>
        <source>Write it above and press Enter, or drop or paste a picture. Everything is painted on this computer.</source>
        <translation>Schreiben Sie es oben hin und drücken Sie Enter, oder legen oder fügen Sie ein Bild ein. Alles wird auf diesem Computer gemalt.</translation>
    </message>
</context>
<context>
    <name>WordsMenu</name>
    <message>
        <source>&amp;Add to the mix</source>
        <translation>Zur Mischung &amp;dazugeben</translation>
    </message>
    <message>
        <source>&amp;Lead away from it</source>
        <translation>Davon &amp;wegführen</translation>
    </message>
    <message>
        <source>Looking for words…</source>
        <translation>Wörter werden gesucht …</translation>
    </message>
    <message>
        <source>This model cannot compare pictures with words</source>
        <translation>Dieses Modell kann Bilder nicht mit Wörtern vergleichen</translation>
    </message>
    <message>
        <source>Words near this picture</source>
        <translation>Wörter nahe an diesem Bild</translation>
    </message>
</context>
<context>
    <name>Workbench</name>
    <message>
        <source>Close without it</source>
        <translation>Ohne schließen</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Ideas</source>
        <translation>Ideen</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Ebenen</translation>
    </message>
    <message>
        <source>Navigator</source>
        <translation>Navigator</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern …</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Bleiben</translation>
    </message>
    <message>
        <source>There is no picture to extend yet; paint, open or generate one first.</source>
        <translation>Es gibt noch kein Bild zu erweitern; malen, öffnen oder erzeugen Sie zuerst eines.</translation>
    </message>
    <message>
        <source>This picture was not saved. Closed without it, it can be found for 30 more days under File ▸ Recover.</source>
        <translation>Dieses Bild wurde nicht gespeichert. Ohne Speichern geschlossen, ist es noch 30 Tage unter Datei ▸ Wiederherstellen zu finden.</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Werkzeug</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Variieren</translation>
    </message>
</context>
<context>
    <name>actions</name>
    <message>
        <source>&amp;About Easel</source>
        <translation>Über &amp;Easel</translation>
    </message>
    <message>
        <source>&amp;Accept</source>
        <translation>Ü&amp;bernehmen</translation>
    </message>
    <message>
        <source>&amp;All</source>
        <translation>&amp;Alles</translation>
    </message>
    <message>
        <source>&amp;Apply layer mask</source>
        <translation>&amp;Ebenenmaske anwenden</translation>
    </message>
    <message>
        <source>&amp;Blur…</source>
        <translation>&amp;Weichzeichnen …</translation>
    </message>
    <message>
        <source>&amp;Brush</source>
        <translation>P&amp;insel</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>&amp;Canvas only</source>
        <translation>&amp;Nur die Leinwand</translation>
    </message>
    <message>
        <source>&amp;Clear the mask</source>
        <translation>&amp;Maske leeren</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>&amp;Crop</source>
        <translation>Z&amp;uschneiden</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;Discard</source>
        <translation>&amp;Verwerfen</translation>
    </message>
    <message>
        <source>&amp;Duplicate</source>
        <translation>&amp;Duplizieren</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Eraser</source>
        <translation>Ra&amp;dierer</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren …</translation>
    </message>
    <message>
        <source>&amp;Extend the picture…</source>
        <translation>&amp;Bild erweitern …</translation>
    </message>
    <message>
        <source>&amp;Favourite</source>
        <translation>&amp;Favorit</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Fill with the colour</source>
        <translation>&amp;Mit der Farbe füllen</translation>
    </message>
    <message>
        <source>&amp;Film between two ideas</source>
        <translation>&amp;Film zwischen zwei Ideen</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>E&amp;inpassen</translation>
    </message>
    <message>
        <source>&amp;Frame</source>
        <translation>&amp;Rahmen</translation>
    </message>
    <message>
        <source>&amp;Generate</source>
        <translation>Er&amp;zeugen</translation>
    </message>
    <message>
        <source>&amp;Group</source>
        <translation>&amp;Gruppieren</translation>
    </message>
    <message>
        <source>&amp;Grow…</source>
        <translation>&amp;Vergrößern…</translation>
    </message>
    <message>
        <source>&amp;Guide</source>
        <translation>&amp;Anleitung</translation>
    </message>
    <message>
        <source>&amp;Hand</source>
        <translation>&amp;Hand</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;High contrast</source>
        <translation>Hoher &amp;Kontrast</translation>
    </message>
    <message>
        <source>&amp;Hue and saturation…</source>
        <translation>&amp;Farbton und Sättigung …</translation>
    </message>
    <message>
        <source>&amp;Invert</source>
        <translation>&amp;Umkehren</translation>
    </message>
    <message>
        <source>&amp;Keep as layer</source>
        <translation>Al&amp;s Ebene behalten</translation>
    </message>
    <message>
        <source>&amp;Keys and gestures</source>
        <translation>&amp;Tasten und Gesten</translation>
    </message>
    <message>
        <source>&amp;Keys…</source>
        <translation>&amp;Tasten …</translation>
    </message>
    <message>
        <source>&amp;Layer</source>
        <translation>&amp;Ebene</translation>
    </message>
    <message>
        <source>&amp;Levels…</source>
        <translation>&amp;Tonwerte …</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Mask the selection</source>
        <translation>Aus&amp;wahl maskieren</translation>
    </message>
    <message>
        <source>&amp;Merge down</source>
        <translation>Nach &amp;unten vereinen</translation>
    </message>
    <message>
        <source>&amp;Mirror</source>
        <translation>&amp;Spiegeln</translation>
    </message>
    <message>
        <source>&amp;Mix</source>
        <translation>&amp;Mischen</translation>
    </message>
    <message>
        <source>&amp;Move</source>
        <translation>&amp;Verschieben</translation>
    </message>
    <message>
        <source>&amp;New</source>
        <translation>&amp;Neu</translation>
    </message>
    <message>
        <source>&amp;New layer</source>
        <translation>&amp;Neue Ebene</translation>
    </message>
    <message>
        <source>&amp;Next picture</source>
        <translation>Nä&amp;chstes Bild</translation>
    </message>
    <message>
        <source>&amp;None</source>
        <translation>&amp;Nichts</translation>
    </message>
    <message>
        <source>&amp;Not like it</source>
        <translation>&amp;Nicht so eins</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>Ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>&amp;Paint the mask</source>
        <translation>Mas&amp;ke malen</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>&amp;Einfügen</translation>
    </message>
    <message>
        <source>&amp;Pixels of the layer</source>
        <translation>&amp;Pixel der Ebene</translation>
    </message>
    <message>
        <source>&amp;Previous picture</source>
        <translation>V&amp;origes Bild</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Recover…</source>
        <translation>&amp;Wiederherstellen …</translation>
    </message>
    <message>
        <source>&amp;Rectangle and ellipse</source>
        <translation>Rechteck und &amp;Ellipse</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Reject all</source>
        <translation>A&amp;lle ablehnen</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;Speichern</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>A&amp;uswahl</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>E&amp;instellungen …</translation>
    </message>
    <message>
        <source>&amp;Show the gallery</source>
        <translation>&amp;Galerie zeigen</translation>
    </message>
    <message>
        <source>&amp;Smaller brush</source>
        <translation>&amp;Kleinerer Pinsel</translation>
    </message>
    <message>
        <source>&amp;Soften the rim…</source>
        <translation>&amp;Rand weichzeichnen…</translation>
    </message>
    <message>
        <source>&amp;Surprise me</source>
        <translation>Üb&amp;errasche mich</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>&amp;Werkzeuge</translation>
    </message>
    <message>
        <source>&amp;Turn by a quarter</source>
        <translation>Um &amp;ein Viertel drehen</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Ungroup</source>
        <translation>Gruppierung &amp;aufheben</translation>
    </message>
    <message>
        <source>&amp;Upright</source>
        <translation>&amp;Aufrecht</translation>
    </message>
    <message>
        <source>&amp;Use its settings</source>
        <translation>E&amp;instellungen übernehmen</translation>
    </message>
    <message>
        <source>&amp;Variations of the chosen picture</source>
        <translation>Variationen des &amp;gewählten Bilds</translation>
    </message>
    <message>
        <source>&amp;Vary</source>
        <translation>V&amp;ariieren</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Wand</source>
        <translation>Z&amp;auberstab</translation>
    </message>
    <message>
        <source>&amp;Write the prompt</source>
        <translation>&amp;Prompt schreiben</translation>
    </message>
    <message>
        <source>&amp;Zoom</source>
        <translation>&amp;Zoom</translation>
    </message>
    <message>
        <source>Add layer ma&amp;sk</source>
        <translation>Ebenenmaske &amp;hinzufügen</translation>
    </message>
    <message>
        <source>Around the &amp;picture</source>
        <translation>&amp;Um das Bild</translation>
    </message>
    <message>
        <source>Around the &amp;selection</source>
        <translation>Um &amp;die Auswahl</translation>
    </message>
    <message>
        <source>Back along what was meant</source>
        <translation>Zurück am Sinn entlang</translation>
    </message>
    <message>
        <source>Bla&amp;ck on white</source>
        <translation>&amp;Schwarz auf Weiß</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>&amp;Leeren</translation>
    </message>
    <message>
        <source>Canvas pa&amp;ge</source>
        <translation>Seite &amp;Leinwand</translation>
    </message>
    <message>
        <source>Contact sheet of the mix</source>
        <translation>Kontaktbogen der Mischung</translation>
    </message>
    <message>
        <source>Copy &amp;merged</source>
        <translation>&amp;Vereint kopieren</translation>
    </message>
    <message>
        <source>Create pa&amp;ge</source>
        <translation>Sei&amp;te Erstellen</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>&amp;Ausschneiden</translation>
    </message>
    <message>
        <source>D&amp;elete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>Dele&amp;te layer mask</source>
        <translation>E&amp;benenmaske löschen</translation>
    </message>
    <message>
        <source>Enlarge all of it four times</source>
        <translation>Alles vierfach vergrößern</translation>
    </message>
    <message>
        <source>Enlarge all of it twice</source>
        <translation>Alles zweifach vergrößern</translation>
    </message>
    <message>
        <source>Enlarge the layer four times</source>
        <translation>Ebene vierfach vergrößern</translation>
    </message>
    <message>
        <source>Enlarge the layer twice</source>
        <translation>Ebene zweifach vergrößern</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Eye&amp;dropper</source>
        <translation>&amp;Pipette</translation>
    </message>
    <message>
        <source>F&amp;rame</source>
        <translation>&amp;Rahmen</translation>
    </message>
    <message>
        <source>Fi&amp;ll and gradient</source>
        <translation>&amp;Füllen und Verlauf</translation>
    </message>
    <message>
        <source>Fill like a picture…</source>
        <translation>Wie ein Bild füllen …</translation>
    </message>
    <message>
        <source>Fit the f&amp;rame</source>
        <translation>Rah&amp;men einpassen</translation>
    </message>
    <message>
        <source>Fl&amp;ip horizontally</source>
        <translation>Waage&amp;recht spiegeln</translation>
    </message>
    <message>
        <source>Flip verticall&amp;y</source>
        <translation>Sen&amp;krecht spiegeln</translation>
    </message>
    <message>
        <source>Follow the &amp;system</source>
        <translation>&amp;Wie das System</translation>
    </message>
    <message>
        <source>Four &amp;more</source>
        <translation>Vier &amp;weitere</translation>
    </message>
    <message>
        <source>Free &amp;transform</source>
        <translation>Frei transf&amp;ormieren</translation>
    </message>
    <message>
        <source>Galler&amp;y</source>
        <translation>&amp;Galerie</translation>
    </message>
    <message>
        <source>Harder brus&amp;h</source>
        <translation>Här&amp;terer Pinsel</translation>
    </message>
    <message>
        <source>In&amp;vert the mask</source>
        <translation>Ma&amp;ske umkehren</translation>
    </message>
    <message>
        <source>L&amp;asso and polygon</source>
        <translation>&amp;Lasso und Vieleck</translation>
    </message>
    <message>
        <source>L&amp;ook at many ideas first</source>
        <translation>Zuers&amp;t viele Ideen ansehen</translation>
    </message>
    <message>
        <source>Lar&amp;ger brush</source>
        <translation>&amp;Größerer Pinsel</translation>
    </message>
    <message>
        <source>Less o&amp;pacity</source>
        <translation>Weniger De&amp;ckkraft</translation>
    </message>
    <message>
        <source>M&amp;odels…</source>
        <translation>&amp;Modelle …</translation>
    </message>
    <message>
        <source>Make &amp;again</source>
        <translation>Noch &amp;einmal malen</translation>
    </message>
    <message>
        <source>Merge all &amp;visible</source>
        <translation>Alle sichtbaren &amp;vereinen</translation>
    </message>
    <message>
        <source>Mi&amp;x ideas</source>
        <translation>&amp;Ideen mischen</translation>
    </message>
    <message>
        <source>More &amp;like it</source>
        <translation>Mehr &amp;davon</translation>
    </message>
    <message>
        <source>More opacit&amp;y</source>
        <translation>&amp;Mehr Deckkraft</translation>
    </message>
    <message>
        <source>New s&amp;eed</source>
        <translation>&amp;Neuer Seed</translation>
    </message>
    <message>
        <source>Open the stack</source>
        <translation>Den Stapel öffnen</translation>
    </message>
    <message>
        <source>Paint the layer&apos;s mask</source>
        <translation>Ebenenmaske bemalen</translation>
    </message>
    <message>
        <source>Paint the layer, not its mask</source>
        <translation>Ebene statt Maske bemalen</translation>
    </message>
    <message>
        <source>Paste &amp;in place</source>
        <translation>An &amp;Ort und Stelle einfügen</translation>
    </message>
    <message>
        <source>Put on the &amp;canvas</source>
        <translation>Auf die &amp;Leinwand legen</translation>
    </message>
    <message>
        <source>Re&amp;word a picture</source>
        <translation>Bild &amp;umformulieren</translation>
    </message>
    <message>
        <source>Reset the &amp;panels</source>
        <translation>&amp;Felder zurücksetzen</translation>
    </message>
    <message>
        <source>S&amp;earch</source>
        <translation>&amp;Suchen</translation>
    </message>
    <message>
        <source>S&amp;hrink…</source>
        <translation>Verkle&amp;inern…</translation>
    </message>
    <message>
        <source>S&amp;ofter brush</source>
        <translation>&amp;Weicherer Pinsel</translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation>Speichern &amp;unter …</translation>
    </message>
    <message>
        <source>Save a co&amp;py…</source>
        <translation>&amp;Kopie speichern …</translation>
    </message>
    <message>
        <source>Save&amp;d selections…</source>
        <translation>&amp;Gespeicherte Auswahlen …</translation>
    </message>
    <message>
        <source>Select the mas&amp;k</source>
        <translation>Mask&amp;e auswählen</translation>
    </message>
    <message>
        <source>Sha&amp;rpen…</source>
        <translation>&amp;Schärfen …</translation>
    </message>
    <message>
        <source>Swap &amp;colours</source>
        <translation>Far&amp;ben tauschen</translation>
    </message>
    <message>
        <source>T&amp;urn the view</source>
        <translation>A&amp;nsicht drehen</translation>
    </message>
    <message>
        <source>The &amp;frame</source>
        <translation>&amp;Der Rahmen</translation>
    </message>
    <message>
        <source>The layer a&amp;gain, with its settings</source>
        <translation>Ebene noc&amp;h einmal, mit ihren Einstellungen</translation>
    </message>
    <message>
        <source>Try: &amp;erase and describe</source>
        <translation>Versuchen: &amp;radieren und beschreiben</translation>
    </message>
    <message>
        <source>Try: &amp;mix two ideas</source>
        <translation>Versuchen: zwei Ideen &amp;mischen</translation>
    </message>
    <message>
        <source>Try: a &amp;panorama</source>
        <translation>Versuchen: ein &amp;Panorama</translation>
    </message>
    <message>
        <source>Try: from &amp;summer to autumn</source>
        <translation>Versuchen: vom &amp;Sommer zum Herbst</translation>
    </message>
    <message>
        <source>Try: past the e&amp;dge</source>
        <translation>Versuchen: über den Ra&amp;nd</translation>
    </message>
    <message>
        <source>Turn l&amp;eft</source>
        <translation>Na&amp;ch links drehen</translation>
    </message>
    <message>
        <source>Turn ri&amp;ght</source>
        <translation>Nach &amp;rechts drehen</translation>
    </message>
    <message>
        <source>Variations of all of &amp;it</source>
        <translation>Va&amp;riationen von allem</translation>
    </message>
    <message>
        <source>Variations of the &amp;layer</source>
        <translation>Variationen &amp;der Ebene</translation>
    </message>
    <message>
        <source>Words near the picture</source>
        <translation>Wörter nahe am Bild</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>&amp;Vergrößern</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>V&amp;erkleinern</translation>
    </message>
</context>
<context>
    <name>drops</name>
    <message>
        <source>Add as a layer</source>
        <translation>Als Ebene hinzufügen</translation>
    </message>
    <message>
        <source>Fill like it</source>
        <translation>So füllen</translation>
    </message>
    <message>
        <source>Mix with it</source>
        <translation>Damit mischen</translation>
    </message>
    <message>
        <source>Use its settings</source>
        <translation>Einstellungen übernehmen</translation>
    </message>
</context>
<context>
    <name>limits</name>
    <message>
        <source>Between ideas that are far apart the Starter paints smeared frames: for those take a larger model.</source>
        <translation>Zwischen weit entfernten Ideen malt der Starter verschmierte Einzelbilder: Nehmen Sie dafür ein größeres Modell.</translation>
    </message>
    <message>
        <source>The Starter begins things anew here; a larger model completes them</source>
        <translation>Der Starter fängt hier Dinge neu an; ein größeres Modell vollendet sie</translation>
    </message>
    <message>
        <source>The Starter keeps rough shapes; a larger model keeps the drawing</source>
        <translation>Der Starter behält grobe Formen; ein größeres Modell behält die Zeichnung</translation>
    </message>
    <message>
        <source>The Starter may cut things off here; a larger model fits them in</source>
        <translation>Der Starter schneidet hier womöglich etwas ab; ein größeres Modell bringt es unter</translation>
    </message>
    <message>
        <source>The Starter mixes shape and colour. What a larger model adds is the style of one idea on the subject of another.</source>
        <translation>Der Starter mischt Form und Farbe. Ein größeres Modell kann dazu den Stil der einen Idee auf den Gegenstand der anderen übertragen.</translation>
    </message>
    <message>
        <source>The Starter only sharpens edges; a larger model adds detail.</source>
        <translation>Der Starter schärft nur Kanten; ein größeres Modell fügt Einzelheiten hinzu.</translation>
    </message>
    <message>
        <source>The Starter turns colours well, one animal into another roughly, and season, light and style hardly: for those take a larger model.</source>
        <translation>Der Starter ändert Farben gut, ein Tier in ein anderes grob, und Jahreszeit, Licht und Stil kaum: Nehmen Sie dafür ein größeres Modell.</translation>
    </message>
    <message>
        <source>The Starter varies outline and colour; a larger model pose and view too.</source>
        <translation>Der Starter variiert Umriss und Farbe; ein größeres Modell auch Haltung und Ansicht.</translation>
    </message>
    <message>
        <source>The Starter&apos;s ideas for one prompt lie close together, as the numbers say; a larger model has more of them.</source>
        <translation>Die Ideen des Starters zu einem Prompt liegen nah beieinander, wie die Zahlen zeigen; ein größeres Modell hat mehr davon.</translation>
    </message>
</context>
</TS>
